"""The bench of risk: what selection finds, on public data and on a border with hidden truth.

``clearway bench risk`` prints all of it with its seeds. Every setting was chosen on the validation
part of the public set, or on the first year of its stream with seeds that the bench does not use;
the test part and the bench's seeds chose nothing.
"""
