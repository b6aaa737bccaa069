#include "bridge/beacon/submissions.h"

#include "bridge/beacon/ssz.h"
#include "bridge/messages.h"

#include "depinsat/link/wire.h"

#include <algorithm>

namespace depinsat::bridge::beacon {
namespace {

using namespace std::chrono_literals;

constexpr size_t kMaxPieces = 4096;
constexpr size_t kEntriesOfPiece = 8;
constexpr auto kLeastLifetime = 2s;

/// Verdicts of the node follow the acknowledgement of a piece; the client is answered when one
/// would be here.
constexpr auto kVerdictTime = 400ms;

/// Lists that come as SSZ and go over the link as what they say.
std::optional<SszList> ssz_list(size_t index)
{
    const std::string_view path = submissions()[index].path;
    if (path == "/eth/v2/beacon/pool/attestations")
        return SszList::kSingleAttestation;
    if (path == "/eth/v1/beacon/pool/sync_committees")
        return SszList::kSyncCommitteeMessage;
    return {};
}

/// The list that the client posted; nothing if it travels as it is.
std::optional<Json> list_of(const ApiRequest& request, size_t index, bool& ssz)
{
    const std::span bytes(reinterpret_cast<const uint8_t*>(request.body.bytes.data()),
                          request.body.bytes.size());
    std::optional<Json> list;
    ssz = request.body.content == Content::kBinary;
    if (!ssz)
        list = parse_json(request.body.bytes);
    else if (const auto kind = ssz_list(index))
        list = json_of_ssz(*kind, bytes);
    return list && list->is_array() ? list : std::nullopt;
}

Json part_of(const Json& list, size_t first)
{
    const auto begin = list.begin() + long(first);
    const auto end = list.begin() + long(std::min(first + kEntriesOfPiece, list.size()));
    return Json(Json::array_t(begin, end));
}

/// The node's list of failures counts from the piece; the client's from its list.
void add_failures(const Body& body, size_t first, Json& failures)
{
    const auto json = parse_json(body.bytes);
    const Json* list = json ? object_at(*json, "failures") : nullptr;
    if (!list || !list->is_array())
        return;
    for (Json failure : *list) {
        Json* index =
            failure.is_object() && failure.contains("index") ? &failure["index"] : nullptr;
        if (index && index->is_number_unsigned())
            *index = index->get<uint64_t>() + first;
        else if (index && index->is_string())
            if (const auto number = from_decimal(index->get_ref<const std::string&>()))
                *index = std::to_string(*number + first);
        failures.push_back(std::move(failure));
    }
}

} // namespace

Submissions::Submissions(Surroundings& world, Gateways& gateways, const DeadlineRules& rules)
    : world_(world), gateways_(gateways), rules_(rules)
{}

void Submissions::submit(const ApiRequest& request, size_t index, Respond respond)
{
    if (!gateways_.pick())
        return respond(error_reply(503, "the link to the gateway is down; nothing was sent"));
    if (pieces_.size() >= kMaxPieces)
        return respond(error_reply(503, "too many requests wait for the link"));
    auto post = std::make_shared<Post>();
    post->respond = std::move(respond);
    bool ssz = false;
    const auto list = list_of(request, index, ssz);
    if (!list) {
        post->missing = 1;
        return add_piece(post, {0, uint8_t(index), false, request.fork, request.body}, 0);
    }
    // An empty list goes to the node, too: what it says to it is its affair.
    const size_t count = std::max<size_t>(list->size(), 1);
    post->missing = (count + kEntriesOfPiece - 1) / kEntriesOfPiece;
    for (size_t first = 0; first < count; first += kEntriesOfPiece)
        add_piece(post,
                  {0,
                   uint8_t(index),
                   ssz,
                   request.fork,
                   {Content::kJson, dump(part_of(*list, first))}},
                  first);
}

UnixTime Submissions::deadline_of(const Submission& submission) const
{
    const UnixTime now = world_.now();
    const Chain chain = gateways_.chain().value_or(Chain());
    const uint64_t slot = chain.slot_at(now);
    switch (submission.due) {
    case Submission::Due::kAggregate:
        return std::max<UnixTime>(chain.start_of(slot) + rules_.at(chain, slot).aggregate,
                                  now + kLeastLifetime);
    case Submission::Due::kSlot:
        return std::max<UnixTime>(chain.start_of(slot + 1), now + kLeastLifetime);
    case Submission::Due::kEpoch:
        break;
    }
    return now + 60s;
}

void Submissions::add_piece(const std::shared_ptr<Post>& post,
                            WireSubmission wire,
                            size_t first)
{
    while (pieces_.contains(next_))
        ++next_;
    const uint16_t number = next_++;
    wire.number = number;
    const UnixTime deadline = deadline_of(submissions()[wire.index]);
    pieces_.emplace(
        number,
        Piece{.post = post, .wire = std::move(wire), .first = first, .deadline = deadline});
    send(number);
}

void Submissions::send(uint16_t number)
{
    Piece& piece = pieces_.at(number);
    FarGateway* gateway = gateways_.pick(piece.tried);
    if (!gateway)
        return fail(number, error_reply(503, "the link delivered it to no gateway in time"));
    send_to(number, *gateway);
}

void Submissions::send_to(uint16_t number, FarGateway& gateway)
{
    Piece& piece = pieces_.at(number);
    piece.gateway = gateway.key;
    piece.tried.push_back(gateway.key);
    piece.acknowledged = false;
    const auto left = std::chrono::duration_cast<Milliseconds>(piece.deadline - world_.now());
    Bytes bytes = encode(piece.wire, gateway.known, piece.by_hash);
    if (bytes.size() > link::kMaxMessageBytes)
        return fail(number, error_reply(413, "the request is too large for the link"));
    const auto message_class = submissions()[piece.wire.index].message_class;
    ++sent_;
    const bool queued =
        left > 0ms &&
        world_.send(gateway.key, {message_class, kBeaconSubmission, std::move(bytes)}, left,
                    [this, number, key = gateway.key](link::Outcome outcome) {
                        const auto found = pieces_.find(number);
                        if (found != pieces_.end() && found->second.gateway == key)
                            on_outcome(number, outcome);
                    });
    if (!queued)
        send(number);
}

void Submissions::on_outcome(uint16_t number, link::Outcome outcome)
{
    if (outcome != link::Outcome::kDone)
        return send(number);
    pieces_.at(number).acknowledged = true;
    world_.after(kVerdictTime, [this, number, key = pieces_.at(number).gateway] {
        const auto found = pieces_.find(number);
        if (found != pieces_.end() && found->second.acknowledged &&
            found->second.gateway == key)
            finish(number);
    });
}

void Submissions::on_verdict(FarGateway& gateway, std::span<const uint8_t> bytes)
{
    WireVerdict verdict;
    if (!decode(bytes, verdict))
        return;
    const auto piece = pieces_.find(verdict.number);
    if (piece == pieces_.end() || piece->second.gateway != gateway.key) {
        ++late_failures_;
        return;
    }
    if (verdict.status == kUnknownObject && piece->second.by_hash) {
        piece->second.by_hash = false;
        return send_to(verdict.number, gateway);
    }
    const unsigned status = verdict.status < 400 ? 502 : verdict.status;
    add_failures(verdict.body, piece->second.first, piece->second.post->failures);
    fail(verdict.number, {status, verdict.body, {}});
}

void Submissions::fail(uint16_t number, ApiReply reply)
{
    Post& post = *pieces_.at(number).post;
    if (post.reply.status < 400)
        post.reply = std::move(reply);
    finish(number);
}

void Submissions::finish(uint16_t number)
{
    const auto post = pieces_.extract(number).mapped().post;
    if (--post->missing > 0)
        return;
    ApiReply& reply = post->reply;
    if (reply.status < 400)
        reply = json_reply(Json::object());
    else if (!post->failures.empty())
        if (auto json = parse_json(reply.body.bytes); json && json->is_object()) {
            (*json)["failures"] = post->failures;
            reply.body = {Content::kJson, dump(*json)};
        }
    post->respond(std::move(reply));
}

} // namespace depinsat::bridge::beacon
