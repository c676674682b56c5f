"""The words that every other room uses: identifiers, code lists, money, dates and errors.

This room stands on the ground floor. It imports the standard library, python-stdnum,
pycountry and Babel, and nothing of Clearway.
"""
