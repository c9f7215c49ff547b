"""What statements cost the database: each is explained as it runs, with its own parameters."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError, connections, transaction

EXPLAINED = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")

# What fits into some pages is read from end to end, and rightly. Of interest is what will be done
# when it does not.
PLANNED_AS_IF_LARGE = "SET LOCAL enable_seqscan = off; SET LOCAL random_page_cost = 1.1"


@dataclass(frozen=True)
class Statement:
    """`pages` of 8 kB that were looked at; `scanned`: tables that were read from end to end."""

    sql: str
    pages: int
    scanned: frozenset[str]


@dataclass
class Cost:
    statements: list[Statement] = field(default_factory=list)

    @property
    def pages(self) -> int:
        return sum(one.pages for one in self.statements)

    @property
    def scanned(self) -> set[str]:
        return {table for one in self.statements for table in one.scanned}

    def dearest(self) -> str:
        worst = max(self.statements, key=lambda one: one.pages)
        return f"{worst.pages} pages: {' '.join(worst.sql.split())[:1500]}"


def cost_of(work: Callable[[], object]) -> Cost:
    """Of every statement that `work` runs, on whatever connection."""
    cost = Cost()
    with _explaining(cost):
        work()
    return cost


@contextmanager
def _explaining(cost: Cost) -> Iterator[None]:
    explaining = False

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal explaining
        if not explaining and not many and sql.lstrip().upper().startswith(EXPLAINED):
            explaining = True
            try:
                cost.statements.append(_explained(context["connection"], sql, params))
            except DatabaseError:
                pass  # it fails: what it costs is of no interest
            finally:
                explaining = False
        return execute(sql, params, many, context)

    with ExitStack() as stack:
        for alias in connections:
            stack.enter_context(connections[alias].execute_wrapper(wrapper))
        yield


def _explained(connection: Any, sql: str, params: Any) -> Statement:
    """Runs it, too, and takes back what it has changed."""
    with transaction.atomic(using=connection.alias):
        with connection.cursor() as cursor:
            cursor.execute(PLANNED_AS_IF_LARGE)
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", params)
            [(told,)] = cursor.fetchall()
        transaction.set_rollback(True, using=connection.alias)
    [explained] = json.loads(told) if isinstance(told, str) else told
    nodes = list(_nodes(explained["Plan"]))
    scans = [node for node in nodes if node["Node Type"] == "Seq Scan"]
    scanned = {scan["Relation Name"] for scan in scans if not _broken_off(scan, connection)}
    return Statement(sql, sum(map(_own_pages, nodes)), frozenset(scanned))


def _broken_off(scan: dict[str, Any], connection: Any) -> bool:
    """Whether a LIMIT ended it long before the end, or it never began."""
    read = scan["Actual Rows"] + scan.get("Rows Removed by Filter", 0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s", [scan["Relation Name"]])
        return bool(read < cursor.fetchone()[0] / 2)


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("Plans", ()):
        yield from _nodes(child)


def _own_pages(node: dict[str, Any]) -> int:
    """Without its children's, which a node counts along; but not those that ran after its end."""
    return max(0, _pages(node) - sum(map(_pages, node.get("Plans", ()))))


def _pages(node: dict[str, Any]) -> int:
    return int(node["Shared Hit Blocks"] + node["Shared Read Blocks"])
