"""The engine of the extra `semantic`, and what makes the table that the package brings."""
