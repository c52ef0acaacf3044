"""What the tests of pages share: data folders, processes, and a browser."""
