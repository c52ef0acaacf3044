// The folder's formats and the broker's error are of every file here, and of every caller.
@_exported public import DataLayout
