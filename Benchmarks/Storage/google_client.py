"""Writes objects with Google's own client and prints how many a second. STORAGE_EMULATOR_HOST says where.

Usage: google_client.py BUCKET ROUND COUNT BYTES THREADS
"""
import concurrent.futures, sys, time
import requests.adapters
from google.auth.credentials import AnonymousCredentials
from google.cloud import storage

bucket, round, count, size, threads = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6])
client = storage.Client(project="night", credentials=AnonymousCredentials())
adapter = requests.adapters.HTTPAdapter(pool_connections=threads, pool_maxsize=threads)  # else 10 at most are kept
client._http.mount("http://", adapter)
bucket = client.bucket(bucket)
payload = bytes(i & 0xFF for i in range(size))


def write(number):
    blob = bucket.blob(f"ZTF18aaaaaaa.{round}.{number}.avro")
    blob.metadata = {"candid": "1", "objectId": "ZTF18aaaaaaa"}
    blob.upload_from_string(payload, content_type="avro/binary", if_generation_match=0, checksum="crc32c")


with concurrent.futures.ThreadPoolExecutor(threads) as pool:
    start = time.perf_counter()
    list(pool.map(write, range(count)))
    print(count / (time.perf_counter() - start))
