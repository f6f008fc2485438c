"""Lists the licences of everything installed; refuses the AGPL, which would bind the portal itself."""

import sys
from importlib.metadata import distributions


def licence(metadata):
    classifiers = [name.rpartition(" :: ")[2] for name in metadata.get_all("Classifier", []) if "License ::" in name]
    spoken = metadata.get("License-Expression") or ", ".join(classifiers) or metadata.get("License") or "unknown"
    return spoken.strip().splitlines()[0][:80]


def main():
    rows = sorted({(found.name, found.version, licence(found.metadata)) for found in distributions()}, key=str)
    for name, version, words in rows:
        sys.stdout.write(f"{name:<28} {version:<16} {words}\n")
    refused = [name for name, _, words in rows if "AGPL" in words or "Affero" in words]
    if refused:
        sys.exit(f"AGPL: {', '.join(refused)}")


if __name__ == "__main__":
    main()
