"""Reading files as they come, without a framework: bytes become sheets of text, each row with its place in the file."""
