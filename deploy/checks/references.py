"""Descriptions of Google's services, out of packages that deploy/check has downloaded."""
import io
import json
import pathlib
import sys
import tarfile
import zipfile

FOLDER = pathlib.Path(__file__).resolve().parents[2] / ".build" / "deploy" / "references"


def _wheel(prefix):
    wheel = next(FOLDER.glob(f"{prefix}-*.whl"), None)
    if wheel is None:
        print(f"{prefix} is not there to check against")
        sys.exit(77)
    return zipfile.ZipFile(wheel)


def discovery(document):
    """The schemas of one of Google's REST interfaces, such as `run.v1`."""
    path = f"googleapiclient/discovery_cache/documents/{document}.json"
    return json.loads(_wheel("google_api_python_client").read(path))["schemas"]


def terraform_provider():
    """The types of the Terraform provider `google`, as CDK for Terraform has them."""
    wheel = _wheel("cdktf_cdktf_provider_google")
    packed = next(name for name in wheel.namelist() if name.endswith(".jsii.tgz"))
    with tarfile.open(fileobj=io.BytesIO(wheel.read(packed))) as archive:
        return json.load(archive.extractfile("package/.jsii"))["types"]
