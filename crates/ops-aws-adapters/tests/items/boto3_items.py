"""Items as a Python service writes them to the tables of the original system with boto3.

    boto3_items.py fixtures                        prints them as DynamoDB JSON, by table and name
    boto3_items.py put ENDPOINT TABLE KIND [NAME]  writes those of a kind (inventory, audit), or one, to a table

The files beside this one are what `fixtures` prints, each as `aws dynamodb get-item` would.
"""

import base64
import json
import sys
from decimal import Decimal

import boto3
from boto3.dynamodb.types import Binary, TypeSerializer

ARN = "arn:aws:sts::111122223333:assumed-role/DBA/alice"


def instance(name, **attributes):
    item = {
        "instance_id": name,
        "account_id": "111122223333",
        "region": "eu-central-1",
        "engine": "postgres",
    }
    item.update(attributes)
    return {key: value for key, value in item.items() if value is not ...}


INVENTORY = {
    "everything": instance(
        "orders-dev",
        account_id=Decimal("111122223333"),
        db_instance_arn="arn:aws:rds:eu-central-1:111122223333:db:orders-dev",
        engine_version="16.4",
        port=Decimal("5432"),
        allocated_storage=Decimal("100"),
        storage_utilization=Decimal("37.25"),
        multi_az=True,
        instance_class="db.t4g.medium",
        status="available",
        dbi_resource_id="db-ABCDEFGHIJKL",
        read_replica_source=None,
        db_cluster_id=None,
        endpoint={"address": "orders-dev.example.com", "port": Decimal("5432")},
        tags={"Environment": "Development", "CostCenter": Decimal("4711"), "Backup": True, "Note": None},
        last_seen="2025-11-13T10:30:00.123456",
    ),
    "account-with-lost-zeros": instance("zeros-dev", account_id=Decimal("11122223333")),
    "least": instance("least-dev"),
    "texts": instance(
        "texts-dev", multi_az="True", port="5432", instance_class="", status="  ", read_replica_source="", tags=""
    ),
    "other-spellings": instance("spelt-dev", account_id="1111-2222-3333", region="EU-Central-1"),
    "truth-as-number": instance("number-dev", multi_az=Decimal(0), deletion_protection=Decimal(1)),
    "unknown-types": instance(
        "types-dev",
        DBInstanceArn=None,
        security_groups={"sg-1", "sg-2"},
        ports={Decimal(5432), Decimal(5433)},
        fingerprint=Binary(b"\x00\x01"),
        fingerprints={b"\x00", b"\x01"},
        history=[{"at": Decimal("1763029800.5"), "events": [None, True, []]}],
        tags={"Environment": "dev"},
    ),
    "member": instance(
        "ledger-1",
        engine="aurora-postgresql",
        db_cluster_id="ledger",
        multi_az="false",
        tags=[{"Key": "Environment", "Value": "qa"}],
    ),
    "tags-list": instance(
        "list-dev", tags=[{"Key": "Environment", "Value": "dev"}, {"Key": "owner"}, {"Key": "empty", "Value": None}]
    ),
    "tags-list-lower-case": instance("lower-dev", tags=[{"key": "env", "value": "dev"}]),
    "tags-json-map": instance("jsonmap-dev", tags=json.dumps({"Environment": "dev", "CostCenter": 4711})),
    "tags-json-list": instance("jsonlist-dev", tags=json.dumps([{"Key": "Environment", "Value": "dev"}])),
    "tags-json-null": instance("jsonnull-dev", tags="null"),
    "tags-null": instance("null-dev", tags=None),
    "tags-none": instance("none-dev", tags=[]),
    "broken-tags-set": instance("broken-set", tags={"Environment=Production"}),
    "broken-tags-text": instance("broken-text", tags="Environment=Production"),
    "broken-tags-json-text": instance("broken-jsontext", tags=json.dumps(json.dumps({"Environment": "Production"}))),
    "broken-tags-number": instance("broken-number", tags=Decimal(1)),
    "broken-tag-twice": instance(
        "broken-twice", tags=[{"Key": "Environment", "Value": "Production"}, {"Key": "Environment", "Value": "dev"}]
    ),
    "broken-tag-twice-in-json": instance("broken-twice-json", tags='{"Environment": "Production", "Environment": "dev"}'),
    "broken-tag-outside-of-a-list": instance("broken-outside", tags={"Key": "Environment", "Value": "Production"}),
    "broken-tag-encoded-twice": instance("broken-encoded", tags={"Environment": {"S": "Production"}}),
    "broken-tag-without-key": instance("broken-keyless", tags=[{"Name": "Environment", "Value": "Production"}]),
    "broken-account": instance("broken-account", account_id="11122223333"),
    "broken-region": instance("broken-region", region=...),
    "broken-key-in-capitals": instance("Orders-Mixed"),
    "broken-key-with-blank": instance("orders-dev "),
    "broken-truth": instance("broken-truth", multi_az="perhaps"),
    "broken-cluster": instance("broken-cluster", db_cluster_id=["ledger"]),
}


def entry(name, **attributes):
    timestamp = attributes.pop("timestamp", "2025-11-13T10:30:00.123456")
    item = {
        "audit_id": f"{name}#{timestamp}",
        "timestamp": timestamp,
        "operation": "reboot_instance",
        "instance_id": name,
        "parameters": json.dumps({"force_failover": False}),
        "user_identity": json.dumps({"userArn": ARN, "sourceIp": "192.0.2.7"}),
        "result": json.dumps({"success": True, "status": "available"}),
        "success": True,
        "ttl": Decimal("4102444800"),
    }
    item.update(attributes)
    return {key: value for key, value in item.items() if value is not ...}


AUDIT = {
    "typical": entry("orders-dev"),
    "no-json": entry("plain-dev", timestamp="2025-11-13T10:31:00Z", user_identity="alice", result="done"),
    "values": entry(
        "values-dev",
        timestamp="2025-11-13T10:32:00+00:00",
        operation="create_snapshot",
        parameters={"snapshot_id": "nightly-1", "retries": Decimal(3), "wait": Decimal("0.5"), "tags": [None, True]},
        user_identity={"userArn": ARN, "groups": {"dba"}},
        result={"success": False, "error": "busy"},
        success="False",
        ttl=Decimal("4102444800.75"),
    ),
    "bare": entry(
        "bare-dev",
        timestamp="2025-11-13T10:33:00.5Z",
        parameters=None,
        user_identity=...,
        result=...,
        success=...,
        ttl="4102444800",
        instance_id=...,
    ),
}

KINDS = {"inventory": INVENTORY, "audit": AUDIT}


def fixture(item):
    return {"Item": {name: TypeSerializer().serialize(value) for name, value in item.items()}}


def plain(value):
    """What `json` can't write: bytes, as the AWS CLI writes them."""
    return base64.b64encode(bytes(value)).decode()


def in_order(value):
    """Sets have no order of their own."""
    if isinstance(value, dict):
        sets = {"SS", "NS", "BS"}
        return {name: sorted(inner) if name in sets else in_order(inner) for name, inner in value.items()}
    return [in_order(inner) for inner in value] if isinstance(value, list) else value


def main(command, *arguments):
    if command == "fixtures":
        fixtures = {f"{kind}/{name}": fixture(item) for kind, items in KINDS.items() for name, item in items.items()}
        json.dump(in_order(fixtures), sys.stdout, indent=4, sort_keys=True, default=plain)
        return
    endpoint, table, kind, *names = arguments
    resource = boto3.resource("dynamodb", endpoint_url=endpoint)
    for name, item in KINDS[kind].items():
        if not names or name in names:
            resource.Table(table).put_item(Item=item)


main(*sys.argv[1:])
