"""Links: read off the addresses, so that whoever lodges finds what follows."""

from __future__ import annotations

from clearway.api.links import add_links


def operation(name, *members, listed=()):
    properties = {member: {"type": "string"} for member in members}
    if listed:
        item = {"properties": {member: {"type": "string"} for member in listed}}
        properties = {"items": {"type": "array", "items": item}, "next": {"type": "string"}}
    return {
        "operationId": name,
        "responses": {
            "200": {"content": {"application/json": {"schema": {"properties": properties}}}},
            "404": {"description": "x"},
        },
    }


def linked(paths):
    told = {"paths": paths, "components": {"schemas": {}}}
    add_links(told)
    return {
        one["operationId"]: {
            name: link["parameters"]
            for name, link in one["responses"]["200"].get("links", {}).items()
        }
        for methods in paths.values()
        for one in methods.values()
    }


def test_what_is_made_leads_to_itself_and_below():
    found = linked(
        {
            "/mandates": {
                "post": operation("grant", "id", "name"),
                "get": operation("list", listed=("id",)),
            },
            "/mandates/{id}": {
                "get": operation("get", "id"),
                "delete": operation("revoke", "id"),
            },
            "/other/{id}": {"get": operation("other", "id")},
        }
    )
    assert found["grant"] == {
        "get": {"id": "$response.body#/id"},
        "revoke": {"id": "$response.body#/id"},
    }
    assert found["list"]["get"] == {"id": "$response.body#/items/0/id"}
    assert found["get"] == {"revoke": {"id": "$request.path.id"}}
    assert found["other"] == {}


def test_a_parameter_may_have_another_name_than_id():
    found = linked(
        {
            "/documents": {"post": operation("report", "number", "id")},
            "/documents/{number}/tally": {"post": operation("tally", "state")},
        }
    )
    assert found["report"] == {"tally": {"number": "$response.body#/number"}}


def test_an_mrn_leads_to_the_declaration_wherever_it_stands():
    found = linked(
        {
            "/estimates": {"post": operation("estimate", "mrn")},
            "/declarations/{mrn}": {"get": operation("get", "mrn")},
            "/declarations/{mrn}/versions/{number}": {"get": operation("version", "number")},
        }
    )
    assert found["estimate"] == {"get": {"mrn": "$response.body#/mrn"}}
    assert found["get"] == {}, "the version's number is not known"


def test_a_thing_that_lives_elsewhere_leads_there():
    request = {
        "operationId": "cancel",
        "responses": {
            "202": {
                "content": {
                    "application/json": {"schema": {"$ref": "#/components/schemas/RequestTold"}}
                }
            }
        },
    }
    told = {
        "paths": {
            "/api/v1/declarations/{mrn}/cancellation": {"post": request},
            "/api/v1/requests/{number}/decision": {"post": operation("decide", "id")},
        },
        "components": {"schemas": {"RequestTold": {"properties": {"id": {}, "mrn": {}}}}},
    }
    add_links(told)
    links = request["responses"]["202"]["links"]
    assert links["decide"]["parameters"] == {"number": "$response.body#/id"}


def test_a_member_that_names_another_thing_leads_to_it():
    found = linked(
        {
            "/api/v1/keys": {"get": operation("keys", listed=("id", "organisation"))},
            "/api/v1/organisations/{number}": {"get": operation("get", "id")},
            "/api/v1/organisations/{number}/members/{member}": {"delete": operation("revoke")},
        }
    )
    assert found["keys"] == {"get": {"number": "$response.body#/items/0/organisation"}}
