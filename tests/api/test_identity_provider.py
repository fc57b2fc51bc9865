"""Setting up the identity provider: over ``/ccadmin/v1`` and in a project file; its secret goes in and never out."""

import json
from pathlib import Path
from typing import Any

import pytest

from handcart import wiring
from handcart.domain.project_file import ProjectFileError
from tests.api.ccadmin import Ccadmin, ccadmin, refused
from tests.client import refused as refused_in_commerce
from tests.project import Project

__all__ = ["ccadmin"]

PATH = "/identityProvider"
REQUEST: dict[str, Any] = {"issuer": "https://id.example.com/oauth2/default", "clientId": "handcart"}
ANSWER: dict[str, Any] = {
    **REQUEST,
    "groupsClaim": "groups",
    "roleOfGroup": {},
    "scopes": ["openid", "profile", "email"],
    "hasClientSecret": False,
}


def secret_of(project: Project) -> Any:
    return project.sql.value("SELECT client_secret FROM identity_providers WHERE project = $1", project.key)


def test_it_is_set_up_replaced_and_taken_away(project: Project, ccadmin: Ccadmin):
    refused(ccadmin.api.get(PATH), 404, "ResourceNotFound")
    assert ccadmin.write("PUT", PATH, REQUEST) == ANSWER
    more = {"groupsClaim": "teams", "roleOfGroup": {"sales": "SalesAgent"}, "scopes": ["openid", "groups"]}
    assert ccadmin.write("PUT", PATH, {**REQUEST, **more}) == {**ANSWER, **more}
    assert ccadmin.read(PATH) == {**ANSWER, **more}
    assert ccadmin.write("PUT", PATH, REQUEST) == ANSWER
    assert ccadmin.api.delete(PATH).status_code == 204
    refused(ccadmin.api.get(PATH), 404, "ResourceNotFound")
    refused(ccadmin.api.delete(PATH), 404, "ResourceNotFound")


def test_a_secret_is_never_answered_and_stays_with_its_issuer(project: Project, ccadmin: Ccadmin):
    answer = ccadmin.api.put(PATH, {**REQUEST, "clientSecret": "s3cr3t"})
    assert answer.json() == {**ANSWER, "hasClientSecret": True}
    assert "s3cr3t" not in answer.text + ccadmin.api.get(PATH).text
    assert ccadmin.write("PUT", PATH, {**REQUEST, "clientId": "other"})["hasClientSecret"] is True
    assert secret_of(project) == "s3cr3t"
    # Or else whoever may change the issuer would have the secret sent to an address of its own.
    assert ccadmin.write("PUT", PATH, {**REQUEST, "issuer": "https://evil.example.com"})["hasClientSecret"] is False
    assert secret_of(project) is None


@pytest.mark.parametrize(
    "fields",
    [
        *({"issuer": each} for each in ("", "id.example.com", "http://id.example.com", "ftp://id.example.com")),
        *({"issuer": each} for each in ("https://", "https://a:b@id.example.com", "https://id.example.com?x=1")),
        *({"issuer": each} for each in ("https://id.example.com#x", "https://id.example.com:99999", "https://[::1")),
        *(
            {"issuer": each}
            for each in ("https://id.example.com/a b", "http://localhost.example.com", "http://10.0.0.1")
        ),
        {"clientId": ""},
        {"clientId": "a\nb"},
        {"groupsClaim": ""},
        {"scopes": ["profile"]},
        {"scopes": ["openid", "a b"]},
        {"scopes": ["openid", ""]},
        {"scopes": "openid"},
        {"roleOfGroup": {"sales": "Nobody"}},
        {"roleOfGroup": ["sales"]},
        {"colour": "red"},
    ],
)
def test_what_cannot_be_a_provider_is_refused(ccadmin: Ccadmin, fields: dict[str, Any]):
    ccadmin.write("PUT", PATH, REQUEST)
    refused(ccadmin.api.put(PATH, {**REQUEST, **fields}), 400, "InvalidField")
    assert ccadmin.read(PATH) == ANSWER


@pytest.mark.parametrize("issuer", ["http://localhost:3000", "http://127.0.0.2:3000/x", "http://[::1]:3000"])
def test_on_this_machine_it_may_do_without_https(ccadmin: Ccadmin, issuer: str):
    assert ccadmin.write("PUT", PATH, {**REQUEST, "issuer": issuer})["issuer"] == issuer


def test_a_role_that_it_gives_is_not_deleted(ccadmin: Ccadmin):
    ccadmin.write("PUT", "/roles/Trainee", {"behaviours": []})
    ccadmin.write("PUT", PATH, {**REQUEST, "roleOfGroup": {"new": "Trainee"}})
    refused(ccadmin.api.delete("/roles/Trainee"), 400, "ReferenceExists", referencedBy="identity provider")
    assert ccadmin.read("/roles/Trainee")["key"] == "Trainee"


def test_a_project_without_one_sends_nobody_anywhere(project: Project):
    refused_in_commerce(project.nobody.get("/staff/login"), 400, "InvalidOperation", "NoIdentityProvider")
    answer = project.nobody.get("/staff/callback", params={"state": "x", "code": "y"})
    refused_in_commerce(answer, 400, "InvalidOperation", "NoIdentityProvider")
    assert project.sql.value("SELECT count(*) FROM begun_sign_ins WHERE project = $1", project.key) == 0


@pytest.mark.parametrize("issuer", ["http://127.0.0.1:9", "http://localhost:9/tenant"])
def test_one_that_does_not_answer_is_a_bad_gateway(project: Project, ccadmin: Ccadmin, issuer: str):
    ccadmin.write("PUT", PATH, {**REQUEST, "issuer": issuer})
    error = refused_in_commerce(project.nobody.get("/staff/login"), 502, "BadGateway", "IdentityProviderFailed")
    assert error["why"] == "it does not answer"
    assert project.sql.value("SELECT count(*) FROM begun_sign_ins WHERE project = $1", project.key) == 0


def loaded(project: Project, folder: Path, **sections: Any) -> dict[str, int]:
    file = folder / "project.json"
    file.write_text(json.dumps({"project": {"key": project.key}, **sections}), encoding="utf-8")
    return project.sql.run(wiring.load_project_file(project.sql.url, file, lambda *_: None))


def test_a_project_file_sets_it_up_with_the_roles_and_identities(project: Project, ccadmin: Ccadmin, tmp_path: Path):
    limits = {"actions": ["addLineItem"], "priceAdjustmentPercentMax": 5}
    identity = {"issuer": REQUEST["issuer"], "subject": "00u1"}
    sections: dict[str, Any] = {
        "roles": [{"key": "Trainee", "behaviours": ["cart:write"], "limits": limits}],
        "identityProvider": {**REQUEST, "clientSecret": "s3cr3t", "roleOfGroup": {"new": "Trainee"}},
        "staff": [{"username": "nora", "name": "Nora", "roles": ["Trainee"], "identity": identity}],
    }
    counts = loaded(project, tmp_path, **sections)
    assert {name: counts[name] for name in sections} == dict.fromkeys(sections, 1)
    assert ccadmin.read(PATH) == {**ANSWER, "roleOfGroup": {"new": "Trainee"}, "hasClientSecret": True}
    assert ccadmin.read("/roles/Trainee")["limits"] == limits
    assert ccadmin.read("/staff/nora")["identity"] == identity
    counts = loaded(project, tmp_path, **sections)
    assert {name: counts[name] for name in sections} == dict.fromkeys(sections, 0)


@pytest.mark.parametrize(
    ("sections", "path"),
    [
        ({"identityProvider": {**REQUEST, "issuer": "http://id.example.com"}}, "$.identityProvider.issuer"),
        ({"identityProvider": {"issuer": "https://id.example.com"}}, "$.identityProvider"),
        ({"identityProvider": [REQUEST]}, "$.identityProvider"),
        (
            {"roles": [{"key": "Trainee", "behaviours": [], "limits": {"actions": ["fly"]}}]},
            "$.roles[0].limits.actions[0]",
        ),
        (
            {"staff": [{"username": "x", "name": "X", "roles": [], "identity": {"issuer": "", "subject": ""}}]},
            "$.staff[0].identity.issuer",
        ),
    ],
)
def test_a_mistake_in_the_file_is_told_with_its_place(
    project: Project, ccadmin: Ccadmin, tmp_path: Path, sections: dict[str, Any], path: str
):
    with pytest.raises(ProjectFileError) as error:
        loaded(project, tmp_path, **sections)
    assert error.value.path == path
    refused(ccadmin.api.get(PATH), 404, "ResourceNotFound")
