#include "validators/recording.h"

#include <algorithm>
#include <fstream>
#include <stdexcept>

namespace depinsat::test {

using namespace bridge::beacon;
using linksim::Time;

namespace {

/// What follows from an exchange for the heads of the chain.
void learn(const Record& record, Recording& recording)
{
    const auto response = parse_json(record.response);
    const auto route = route_of(record.request.post, record.request.target);
    if (route && route->endpoint == Endpoint::kProposerDuties && response)
        if (const auto root = root_at(*response, "dependent_root"))
            recording.dependents[route->number] = *root;
    if (!posts_to(record.request, "pool/sync_committees"))
        return;
    const auto list = parse_json(record.request.body.bytes);
    if (!list || !list->is_array() || list->empty())
        return;
    const auto slot = decimal_at((*list)[0], "slot");
    const auto root = root_at((*list)[0], "beacon_block_root");
    if (slot && root)
        recording.heads[*slot] = *root;
}

Record exchange(const Json& json, Time at)
{
    Record record{.at = at};
    record.connection = json.at("connection").get<uint64_t>();
    record.request.post = json.at("method") == "POST";
    record.request.target = json.at("path").get<std::string>();
    record.request.body.bytes = json.at("request").get<std::string>();
    record.request.body.content = record.request.post ? Content::kJson : Content::kNone;
    record.response = json.at("response").get<std::string>();
    return record;
}

void take(const Json& json, Recording& recording)
{
    const auto time = UnixTime(int64_t(json.at("time_s").get<double>() * 1e9));
    if (recording.begin == UnixTime{})
        recording.begin = time;
    const Time at = time - recording.begin;
    if (json.at("method") != "SSE")
        recording.requests.push_back(exchange(json, at));
    else if (json.at("status") == "evt")
        recording.events.push_back(at);
}

std::optional<Json> response_to(const Recording& recording, std::string_view target)
{
    for (const Record& record : recording.requests)
        if (record.request.target == target)
            return parse_json(record.response);
    return {};
}

} // namespace

bool posts_to(const ApiRequest& request, std::string_view part)
{
    return request.post && request.target.find(part) != std::string::npos;
}

Recording read_recording(const std::string& name)
{
    std::ifstream file(name);
    if (!file)
        throw std::runtime_error("cannot read " + name);
    Recording recording;
    for (std::string line; std::getline(file, line);)
        try {
            take(Json::parse(line), recording);
        } catch (const nlohmann::json::exception&) {
            throw std::runtime_error(name + ": a line is no exchange: " + line.substr(0, 60));
        }
    for (const Record& record : recording.requests)
        learn(record, recording);
    const auto genesis = response_to(recording, "/eth/v1/beacon/genesis");
    const auto spec = response_to(recording, "/eth/v1/config/spec");
    const auto chain = genesis && spec ? read_chain(*genesis, *spec) : std::nullopt;
    if (!chain)
        throw std::runtime_error(name + " does not hold genesis and spec");
    recording.chain = *chain;
    std::erase_if(recording.events, [&](Time at) { // of a head that nothing names
        return !recording.heads.contains(chain->slot_at(recording.begin + at));
    });
    // They are in the file as they were answered.
    std::ranges::stable_sort(recording.requests, {}, &Record::at);
    return recording;
}

} // namespace depinsat::test
