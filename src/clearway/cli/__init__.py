"""The base commands: assess, explain, pack and profile.

What stands on the floors above adds its own commands in ``clearway.__main__``.
"""
