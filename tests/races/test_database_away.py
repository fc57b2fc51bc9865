"""The database goes away and comes back: clients are told to try again, and then can."""

import tempfile
import time
from pathlib import Path

import httpx

from handcart.processes.embedded_postgres import start_embedded
from tests import reference_project
from tests.builders import add, open_cart, skus
from tests.client import ok, refused
from tests.database import Sql
from tests.project import Project
from tests.server import running_server


def test_while_the_database_is_away_it_is_503_and_afterwards_as_before():
    with tempfile.TemporaryDirectory(prefix="hc") as made:
        postgres = start_embedded(Path(made) / "d")
        try:
            with (
                running_server("--database-url", postgres.url, "--log-level", "error") as server,
                httpx.Client(base_url=server.url, timeout=30) as http,
            ):
                sql = Sql(postgres.url)
                project = Project(reference_project.load(sql), http, sql)
                guest, admin = project.guest(), project.admin
                cart = open_cart(guest, "siteA", add("TEE"))
                path = f"/carts/{cart['id']}"
                admin.read(path)
                sql.close()
                postgres.stop()
                for _ in range(3):
                    refused(admin.get(path), 503, "OverCapacity")
                    refused(guest.post(f"/me{path}", {"actions": [add("MUG")]}), 503, "OverCapacity")
                    refused(guest.post("/me/current-cart"), 503, "OverCapacity")
                    refused(project.nobody.outside().get("/health/ready"), 503, "OverCapacity")
                    ok(project.nobody.outside().get("/health/live"), 200)
                    time.sleep(0.6)
                postgres = start_embedded(Path(made) / "d")
                assert admin.read(path) == cart
                for number in range(2, 14):
                    assert skus(guest.write(f"/me{path}", {"actions": [add("TEE")]})) == [("TEE", number)]
                ok(project.nobody.outside().get("/health/ready"), 200)
        finally:
            postgres.stop()
