#include "config/station_sections.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace depinsat::config {
namespace {

constexpr Names<Gateway::Trust, 2> kTrusts{
    {{"none", Gateway::Trust::kNone}, {"full", Gateway::Trust::kFull}}};

const TomlSection::Keys kKeys{"protocol",         "url",     "timeout_ms",  "ca_file",
                              "network",          "service", "group",       "max_head_age_s",
                              "credentials_file", "methods", "probe_method"};

const char* allowed_urls(Schemes schemes)
{
    return schemes == Schemes::kTcp ? "tcp://HOST:PORT"
                                    : "http://HOST[:PORT][/PATH], https://HOST[:PORT][/PATH]";
}

Url read_url(const TomlSection& section, Schemes schemes)
{
    const std::string text = section.text("url");
    const auto url = parse_url(text);
    const bool tcp = url && url->scheme == Url::Scheme::kTcp;
    if (!url || tcp != (schemes == Schemes::kTcp))
        section.fail("url", "is \"" + text.substr(0, 60) + '"', allowed_urls(schemes));
    return *url;
}

/// Services have names, nodes have none.
std::string
read_service(const TomlSection& section, const Station& station, const std::string& protocol)
{
    if (protocol != "tcp" && protocol != "json_rpc" && protocol != "http") {
        if (section.has("service"))
            section.fail("service", "belongs to protocol = \"tcp\", \"json_rpc\" and \"http\"");
        return {};
    }
    const std::string service = read_word(section, "service");
    for (const auto& other : station.upstreams)
        if (protocol == "tcp" && other.protocol == protocol && other.service == service)
            section.fail("service", "is used twice");
    return service;
}

/// Of several nodes of a gateway each may name the group: it is one.
void read_broadcast(const TomlSection& section, const Station& station, Upstream& upstream)
{
    if (!section.has("group"))
        return;
    if (upstream.protocol != "bitcoin")
        section.fail("group", "is of no use: protocol is not \"bitcoin\"");
    upstream.group = read_group_name(section, station, true);
    for (const auto& other : station.upstreams)
        if (!other.group.empty() && other.group != upstream.group)
            section.fail("group", "is not that of the other upstreams", other.group);
}

/// Who may ask such a node for what, and how it knows the station.
void read_access(const TomlSection& section, const Station& station, Upstream& upstream)
{
    for (const char* key : {"credentials_file", "methods"})
        if (section.has(key) && upstream.protocol != "json_rpc")
            section.fail(key, "belongs to protocol = \"json_rpc\"");
    if (section.has("credentials_file"))
        upstream.credentials_file = section.path("credentials_file");
    if (section.has("methods") && station.role == Role::kUser)
        section.fail("methods", "belongs to a gateway; at a user station the table of "
                                "[[bridge.json_rpc]] says what is asked for");
    if (section.has("methods"))
        upstream.methods = section.texts("methods");
}

/// How a user station finds out whether such a node is good.
void read_probe(const TomlSection& section, const Station& station, Upstream& upstream)
{
    for (const char* key : {"max_head_age_s", "probe_method"})
        if (section.has(key) && station.role == Role::kGateway)
            section.fail(key, "belongs to a user station");
    if (section.has("max_head_age_s") && !upstream.service.empty())
        section.fail("max_head_age_s", "is of no use: nothing is known of heads of protocol = "
                                       "\"" +
                                           upstream.protocol + '"');
    upstream.max_head_age =
        std::chrono::seconds(section.integer("max_head_age_s", 0, 86'400, 90));
    if (!section.has("probe_method"))
        return;
    if (upstream.protocol != "json_rpc")
        section.fail("probe_method", "belongs to protocol = \"json_rpc\"");
    upstream.probe_method = section.text("probe_method");
}

} // namespace

PublicKey read_key(const TomlSection& section, std::string_view key, const std::string& text)
{
    const auto decoded = from_base64(text);
    if (!decoded)
        section.fail(key, "holds \"" + text.substr(0, 60) + "\", which is no public key",
                     "32 bytes in base64, as `depinsat keygen` prints them");
    return *decoded;
}

void read_upstreams(const TomlSection& file, Station& station)
{
    for (const auto& section : file.sections("upstream", kKeys)) {
        Upstream upstream;
        const Schemes schemes = section.choice("protocol", upstream_protocols(station.role));
        upstream.protocol = section.text("protocol");
        upstream.url = read_url(section, schemes);
        upstream.timeout =
            std::chrono::milliseconds(section.integer("timeout_ms", 10, 600'000, 5000));
        if (section.has("ca_file"))
            upstream.ca_file = section.path("ca_file");
        if (upstream.ca_file && upstream.url.scheme != Url::Scheme::kHttps)
            section.fail("ca_file", "is of no use: url is no https://");
        if (upstream.protocol == "bitcoin")
            upstream.network = read_bitcoin_network(section);
        else if (section.has("network"))
            section.fail("network", "is of no use: protocol is not \"bitcoin\"");
        read_broadcast(section, station, upstream);
        read_access(section, station, upstream);
        for (const auto& other : station.upstreams)
            if (other.protocol == upstream.protocol && other.url == upstream.url)
                section.fail("url", "is used twice");
            else if (other.protocol == upstream.protocol && other.network != upstream.network)
                section.fail("network", "is not that of the other upstreams", other.network);
        upstream.service = read_service(section, station, upstream.protocol);
        read_probe(section, station, upstream);
        station.upstreams.push_back(std::move(upstream));
    }
}

void check_ordinary(const TomlSection& file, const Station& station)
{
    if (station.role != Role::kUser)
        return;
    const auto sections = file.sections("upstream", kKeys);
    for (size_t i = 0; i < sections.size(); ++i) {
        const Upstream& upstream = station.upstreams[i];
        if (is_bridged(station, upstream))
            continue;
        const std::string none = "there is no [[bridge." + upstream.protocol + "]]";
        if (upstream.service.empty())
            sections[i].fail("protocol", "is of no use: " + none);
        sections[i].fail("service",
                         "is of no use: " + none + " of service = \"" + upstream.service + '"');
    }
}

void read_gateways(const TomlSection& file, Station& station)
{
    for (const auto& section : file.sections("gateway", {"key", "operator", "trust"})) {
        check_is_user(section, station);
        Gateway gateway;
        gateway.key = read_key(section, "key", section.text("key"));
        if (!std::ranges::count(station.peers, gateway.key))
            section.fail("key", "is not among station.peers");
        if (std::ranges::count(station.gateways, gateway.key, &Gateway::key))
            section.fail("key", "is used twice");
        gateway.operator_name = section.text("operator", "");
        gateway.trust = section.choice("trust", kTrusts, "none");
        station.gateways.push_back(std::move(gateway));
    }
    if (station.role == Role::kUser && station.gateways.empty() && station.peers.size() == 1)
        station.gateways.push_back({station.peers.front(), {}, Gateway::Trust::kNone});
}

std::vector<PublicKey> read_gateways_of(const TomlSection& section, const Station& station)
{
    std::vector<PublicKey> keys;
    if (section.has("gateway")) {
        keys.push_back(read_key(section, "gateway", section.text("gateway")));
        if (!std::ranges::count(station.peers, keys.front()))
            section.fail("gateway", "is not among station.peers");
        return keys;
    }
    for (const auto& gateway : station.gateways)
        keys.push_back(gateway.key);
    if (keys.empty())
        section.fail("gateway",
                     station.peers.empty() ? "is missing, and there are no peers"
                                           : "is missing, and there are several peers",
                     "one of station.peers; or [[gateway]] sections");
    return keys;
}

nlohmann::json upstreams_json(const Station& station)
{
    nlohmann::json all = nlohmann::json::array();
    for (const auto& upstream : station.upstreams) {
        nlohmann::json one{{"protocol", upstream.protocol},
                           {"url", upstream.url.text()},
                           {"timeout_ms", upstream.timeout.count()}};
        if (!upstream.service.empty())
            one["service"] = upstream.service;
        if (!upstream.network.empty())
            one["network"] = upstream.network;
        if (!upstream.group.empty())
            one["group"] = upstream.group;
        if (station.role == Role::kUser && upstream.service.empty())
            one["max_head_age_s"] = upstream.max_head_age.count();
        if (!upstream.probe_method.empty())
            one["probe_method"] = upstream.probe_method;
        if (upstream.credentials_file)
            one["credentials_file"] = upstream.credentials_file->string();
        if (!upstream.methods.empty())
            one["methods"] = upstream.methods;
        if (upstream.ca_file)
            one["ca_file"] = upstream.ca_file->string();
        all.push_back(std::move(one));
    }
    return all;
}

nlohmann::json gateways_json(const Station& station)
{
    nlohmann::json all = nlohmann::json::array();
    for (const auto& gateway : station.gateways)
        all.push_back({{"key", to_base64(gateway.key)},
                       {"operator", gateway.operator_name},
                       {"trust", gateway.trust == Gateway::Trust::kFull ? "full" : "none"}});
    return all;
}

} // namespace depinsat::config
