#pragma once

#include <nlohmann/json.hpp>

#include <fstream>
#include <string>
#include <vector>

namespace depinsat::test {

/// One exchange of a real validator client with a real beacon node.
struct BeaconExchange {
    std::string method, path, request, response;
};

/// tests/vectors/beacon/bodies.json, those whose path contains `part`.
inline std::vector<BeaconExchange> beacon_exchanges(const std::string& part)
{
    std::ifstream file(DEPINSAT_VECTORS "/beacon/bodies.json");
    const auto all = nlohmann::ordered_json::parse(file);
    std::vector<BeaconExchange> chosen;
    for (const auto& one : all.at("exchanges"))
        if (one.at("path").get<std::string>().find(part) != std::string::npos)
            chosen.push_back(
                {one.at("method"), one.at("path"), one.at("request"), one.at("response")});
    return chosen;
}

} // namespace depinsat::test
