"""Risk profiles: their language, and two evaluators with one meaning.

``ProfileSet.compile`` turns conditions into syntax trees; ``hits`` answers for one item by
generated Python, ``hits_bulk`` for a batch by NumPy. ``docs/profile-language.md`` has the
language and its semantics.
"""

from clearway.kernel.profiles.bulk import BulkHits
from clearway.kernel.profiles.lexing import Problem
from clearway.kernel.profiles.profile_set import ProfileSet, TestResult, check_text, test_on

__all__ = ["BulkHits", "Problem", "ProfileSet", "TestResult", "check_text", "test_on"]
