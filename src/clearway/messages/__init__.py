"""Messages: WCO Data Model XML, JSON, CSV and Parquet to records, and records to lodgements."""

from clearway.messages.lodgement import to_lodgement
from clearway.messages.problems import MalformedMessage, Reading, SyntaxProblem
from clearway.messages.xml_reader import read_xml

__all__ = ["MalformedMessage", "Reading", "SyntaxProblem", "read_xml", "to_lodgement"]
