"""The pages of the record: declarations as lists and as one page, versions, search, news."""
