"""What a cluster's nodes are to become: values in, values out; nothing is asked and nothing is changed here."""

from ipaddress import ip_address, ip_network


def manager_count(nodes):
    """How many of so many nodes manage: an odd number, so that losing one of three leaves a majority."""
    if nodes < 3:
        return min(nodes, 1)
    return 3 if nodes < 5 else 5


def plan_nodes(instances, wanted):
    """Which instances stay, which go, and how many start where.

    instances: [{id, image, type, zone, launched, manager}].
    wanted: {count, image, type, lost, data, data_zone, zones}; `lost`: ids of those that nobody will see again; `data`:
        id of the one that the data volume hangs on; `data_zone` is one of the zones.
    Returns {lost, fit, keep, retire, start: [{zone, count}]}: ids, `retire` in the order in which they go. `fit`: all of the
    wanted image and type, `keep` those of them that stay.
    """
    alive = [one for one in instances if one["id"] not in wanted["lost"]]
    fit = [one for one in alive if one["image"] == wanted["image"] and one["type"] == wanted["type"]]
    # Who holds the data stays longest, then who manages, then who is oldest.
    fit.sort(key=lambda one: (one["id"] != wanted["data"], not one["manager"], one["launched"], one["id"]))
    count = wanted["count"]
    keep = fit[:count]
    # The volume cannot leave its zone, so one of those that stay has to be there.
    if len(keep) == count and not any(one["zone"] == wanted["data_zone"] for one in keep):
        near = [one for one in fit if one["zone"] == wanted["data_zone"]]
        keep = keep[:-1] + near[:1]
    kept = {one["id"] for one in keep}
    retire = [one for one in alive if one["id"] not in kept]
    # First those of a former image, then the newest; who holds the data goes last.
    retire.sort(key=lambda one: one["launched"], reverse=True)
    retire.sort(key=lambda one: (one["id"] == wanted["data"], one in fit))
    return {
        "lost": [one["id"] for one in instances if one["id"] in wanted["lost"]],
        "fit": [one["id"] for one in fit],
        "keep": [one["id"] for one in keep],
        "retire": [one["id"] for one in retire],
        "start": spread(count - len(keep), [one["zone"] for one in keep], wanted),
    }


def spread(missing, taken, wanted):
    """Puts each missing node where the fewest are, the data volume's zone first."""
    zones = sorted(wanted["zones"], key=lambda zone: (zone != wanted["data_zone"], zone))
    placed = {zone: 0 for zone in zones}
    for _ in range(missing):
        no_data = wanted["data_zone"] not in taken and placed[wanted["data_zone"]] == 0
        fewest = min(zones, key=lambda zone: taken.count(zone) + placed[zone])
        placed[wanted["data_zone"] if no_data else fewest] += 1
    return [{"zone": zone, "count": n} for zone, n in placed.items() if n > 0]


def choose_managers(nodes, count):
    """Ids of those who are to manage: who does already and stays first, then the oldest.

    nodes: [{id, manager, launched}].
    """
    ranked = sorted(nodes, key=lambda one: (not one["manager"], one["launched"], one["id"]))
    return [one["id"] for one in ranked[: manager_count(count)]]


def label_nodes(ids, wanted):
    """What the Swarm is to know of each node: {id: {role, labels}}.

    wanted: {managers, builders, data}: ids of those who manage, of those who build, and who holds the data.
    """
    labels = {"millrace.build": wanted["builders"], "millrace.data": [wanted["data"]]}
    return {
        one: {
            "role": "manager" if one in wanted["managers"] else "worker",
            "labels": {"millrace.instance": one} | {name: "true" for name, holders in labels.items() if one in holders},
        }
        for one in ids
    }


def differing_nodes(wanted, nodes, members):
    """Ids of those who are not what they are wanted to be: not in the Swarm, not ready, of another role, or labelled otherwise.

    wanted: of label_nodes. nodes: [{id, node_id}]. members: of the engine.
    """
    by_id = {member["ID"]: member for member in members}
    found = []
    for node in nodes:
        member = by_id.get(node["node_id"])
        own = {name: text for name, text in labels_of(member).items() if name.startswith("millrace.")}
        same = (
            member is not None
            and member["Status"]["State"] == "ready"
            and member["Spec"]["Availability"] == "active"
            and member["Spec"]["Role"] == wanted[node["id"]]["role"]
            and own == wanted[node["id"]]["labels"]
        )
        if not same:
            found.append(node["id"])
    return found


def labels_of(member):
    """None where there is no member; an engine leaves the field out where it is empty."""
    return (member or {"Spec": {}})["Spec"].get("Labels") or {}


def silent_members(members, answering, there=None):
    """Names of members that we put into the Swarm, that do not answer, and that it does not yet hold for down.

    members: of the engine. answering: ids, in the Swarm, of those that answer. there: of the machines that there are,
    where somebody tells all of them; nobody waits for another.
    """
    silent = [
        member
        for member in members
        if labels_of(member).get("millrace.instance")
        and member["ID"] not in answering
        and member["Status"]["State"] != "down"
    ]
    return [
        member["Description"]["Hostname"]
        for member in silent
        if there is None or labels_of(member)["millrace.instance"] in there
    ]


def member_states(members):
    """What the Swarm says of each of our machines: ready, down, unknown."""
    labelled = [(labels_of(member).get("millrace.instance"), member) for member in members]
    return {name: member["Status"]["State"] for name, member in labelled if name}


def holders_of_data(members):
    """Which of our machines carry the label that says so."""
    labels = [labels_of(member) for member in members]
    return [one["millrace.instance"] for one in labels if one.get("millrace.data") and one.get("millrace.instance")]


def members_at(members, addresses):
    """Ids of members at these addresses; of a manager its own word may lead nowhere, and its port's counts."""
    found = []
    for member in members:
        ports = member.get("ManagerStatus", {}).get("Addr", "")
        if member["Status"].get("Addr") in addresses or ports.rsplit(":", 1)[0] in addresses:
            found.append(member["ID"])
    return found


def gone_members(members, hosts, lost, network=""):
    """Entries of the Swarm that nobody stands behind: neither a machine that answers nor one that is there.

    members: of the engine. hosts: [{id, node_id}] of every machine that is there; `node_id` is empty
    where it is no member, or does not answer. lost: ids of those that nobody will see again. network: of our machines
    (CIDR), where EC2 tells all of them: what it does not list is gone whatever the Swarm, which needs some missed
    heartbeats, still holds it for; and one in there is ours even if it died before it was labelled. Elsewhere an entry has to be down.
    """
    answering = {host["node_id"] for host in hosts if host["node_id"]}
    there = {host["id"] for host in hosts if host["id"] not in lost}
    present = {host["id"] for host in hosts if host["id"] not in lost and not host["node_id"]}

    def is_gone(member):
        name = labels_of(member).get("millrace.instance")
        if member["ID"] in answering or name in present:
            return False
        if member["Status"]["State"] == "down":
            return bool(name) or lies_in(network, member["Status"].get("Addr"))
        return bool(network and name) and name not in there

    return [
        {"id": member["ID"], "name": member["Description"]["Hostname"], "manager": member["Spec"]["Role"] == "manager"}
        for member in members
        if is_gone(member)
    ]


def stray_members(members):
    """Entries of the Swarm that never said who they are. members: of the engine.

    An engine whose request to join is not answered in time makes another; the manager then answers both.
    """
    return [
        {"id": member["ID"], "name": member["ID"], "manager": member["Spec"]["Role"] == "manager"}
        for member in members
        if not member.get("Description", {}).get("Hostname") and member["Status"]["State"] != "ready"
    ]


def bearing(things, tags):
    """Those of AWS's things that bear all of these tags."""
    return [one for one in things if all((one.get("tags") or {}).get(key) == value for key, value in tags.items())]


def not_of_a_bake(things):
    """Those that no run of Packer has made: an image may bear the same name as an infrastructure, and so its tags."""
    return [one for one in things if "millrace:run" not in (one.get("tags") or {})]


def unsettled_services(services):
    """Names of services that have fewer tasks running than they should. services: of the engine, with their status."""
    # Jobs end, and so run nothing in the end.
    lasting = [one for one in services if {"Replicated", "Global"} & set(one["Spec"]["Mode"])]
    status = [(one["Spec"]["Name"], one["ServiceStatus"]) for one in lasting]
    return [name for name, now in status if now["RunningTasks"] < now["DesiredTasks"]]


def lies_in(network, address):
    """False where either is not known."""
    return bool(network and address) and ip_address(address) in ip_network(network)


class FilterModule:
    """By this name Ansible finds them."""

    def filters(self):
        """By these names tasks call them."""
        return {
            "plan_nodes": plan_nodes,
            "choose_managers": choose_managers,
            "label_nodes": label_nodes,
            "differing_nodes": differing_nodes,
            "silent_members": silent_members,
            "member_states": member_states,
            "holders_of_data": holders_of_data,
            "members_at": members_at,
            "gone_members": gone_members,
            "stray_members": stray_members,
            "bearing": bearing,
            "not_of_a_bake": not_of_a_bake,
            "unsettled_services": unsettled_services,
        }
