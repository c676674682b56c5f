"""Where the platform is wired together: settings, addresses, the server, its commands.

Importing this room is what makes ``sqlite3`` the build that ``pysqlite3`` ships: Debian 12 has
SQLite 3.40.1, and releases before 3.51.3 can corrupt a database when its write-ahead log is
reset. It happens here once, before Django loads its database backend.
"""

from __future__ import annotations

import sys

try:
    import pysqlite3 as _sqlite
    from pysqlite3 import dbapi2 as _dbapi2
except ImportError:  # the platform has no wheel: ``site.sqlite`` judges the version found
    pass
else:
    sys.modules["sqlite3"] = _sqlite
    sys.modules["sqlite3.dbapi2"] = _dbapi2
