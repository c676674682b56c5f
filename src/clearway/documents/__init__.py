"""Documents: what is issued as a print, how it is known again, and when it is void."""
