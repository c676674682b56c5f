"""The kernel over files and folders: find, read, assess, write, in bounded memory."""
