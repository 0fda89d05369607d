"""Tools for the tests of extensions: conversations, contract suites."""
