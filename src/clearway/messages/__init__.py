"""Messages: WCO Data Model XML, JSON, CSV and Parquet to records, and records to lodgements.

Every format reads to the same records with the same problems, each with its WCO pointer and
line; see ``Reading``. ``to_lodgement`` makes the flat rows that the kernel assesses.
"""

from clearway.messages.comparison import Difference, equal_field_by_field
from clearway.messages.csv_codec import iter_csv, read_csv, write_csv
from clearway.messages.json_codec import iter_ndjson, read_json, write_json, write_ndjson
from clearway.messages.limits import DEFAULT_LIMITS, Limits
from clearway.messages.lodgement import to_lodgement
from clearway.messages.parquet_codec import read_parquet, write_parquet
from clearway.messages.problems import MalformedMessage, Reading, SyntaxProblem
from clearway.messages.schema_verdict import Schemas, our_verdict, structural_problems
from clearway.messages.table_reader import from_table
from clearway.messages.tables import message_schema, to_table
from clearway.messages.xml_reader import read_xml
from clearway.messages.xml_writer import write_xml

__all__ = [
    "DEFAULT_LIMITS",
    "Difference",
    "Limits",
    "MalformedMessage",
    "Reading",
    "Schemas",
    "SyntaxProblem",
    "equal_field_by_field",
    "from_table",
    "iter_csv",
    "iter_ndjson",
    "message_schema",
    "our_verdict",
    "read_csv",
    "read_json",
    "read_parquet",
    "read_xml",
    "structural_problems",
    "to_lodgement",
    "to_table",
    "write_csv",
    "write_json",
    "write_ndjson",
    "write_parquet",
    "write_xml",
]
