"""Google's own Cloud Storage client, as an independent reader and writer. STORAGE_EMULATOR_HOST says where.

Usage: google_storage.py read BUCKET NAME          prints what it finds as JSON
       google_storage.py write BUCKET NAME FILE    writes a file's bytes with metadata {"by": "google"}
"""
import hashlib, json, sys
from google.auth.credentials import AnonymousCredentials
from google.cloud import storage

client = storage.Client(project="night", credentials=AnonymousCredentials())
blob = client.bucket(sys.argv[2]).blob(sys.argv[3])
if sys.argv[1] == "write":
    blob.metadata = {"by": "google"}
    blob.upload_from_filename(sys.argv[4], checksum="crc32c")
else:
    body = blob.download_as_bytes(checksum="crc32c")
    blob.reload()
    print(json.dumps({
        "sha256": hashlib.sha256(body).hexdigest(), "size": blob.size, "metadata": blob.metadata or {},
        "contentType": blob.content_type, "crc32c": blob.crc32c, "names": [b.name for b in client.list_blobs(sys.argv[2])]}))
