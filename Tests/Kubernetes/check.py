"""Checks the YAML of docs/sweeps.md against the schema of Kubernetes, and that its commands are a shell's.

    python Tests/Kubernetes/check.py       with the packages kubernetes-validate and PyYAML
"""

import pathlib
import re
import subprocess

import kubernetes_validate
import yaml

PAGE = pathlib.Path(__file__).parents[2] / "docs/sweeps.md"
VERSION = "1.33"


def check(manifest: dict) -> None:
    kubernetes_validate.validate(manifest, VERSION, strict=True)
    spec = manifest.get("spec", {}).get("template", {}).get("spec", {})
    for container in spec.get("containers", []):
        assert container["command"] == ["/bin/sh", "-c"], container["command"]
        (line,) = container["args"]
        subprocess.run(["sh", "-n", "-c", line], check=True)
    print(manifest["kind"], manifest["metadata"]["name"])


blocks = re.findall(r"^```yaml\n(.*?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE)
manifests = [manifest for block in blocks for manifest in yaml.safe_load_all(block)]
assert [manifest["kind"] for manifest in manifests] == ["PersistentVolumeClaim", "Job", "Job"]
for manifest in manifests:
    check(manifest)

# A schema that accepts anything would not be one.
wrong = dict(manifests[1], spec=dict(manifests[1]["spec"], completionsMode="Indexed"))
try:
    kubernetes_validate.validate(wrong, VERSION, strict=True)
except kubernetes_validate.ValidationError:
    pass
else:
    raise SystemExit("a misspelt key is accepted")
