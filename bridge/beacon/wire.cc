#include "bridge/beacon/wire.h"

#include "bridge/http_status.h"

#include <algorithm>

namespace depinsat::bridge::beacon {
namespace {

enum RequestFlags : uint8_t { kPost = 1, kWantsSsz = 2 };
enum SubmissionFlags : uint8_t { kSszList = 1 };
enum HelloFlags : uint8_t { kAnew = 1, kDeadlines = 2 };
enum StateFlags : uint8_t { kReachable = 1, kSyncing = 2, kOptimistic = 4, kElOffline = 8 };

constexpr uint64_t kMaxSlotMs = 600'000;
constexpr uint64_t kMaxDueMs = 60'000; // as station.toml takes
constexpr size_t kMaxFieldBytes = 1024;

/// Bodies that no objects go with.
Unpacked read_plain(Reader& in, Body& body)
{
    Known nothing;
    return read_body(in, nothing, Keep::kNo, body);
}

void write_plain(const Body& body, Writer& out)
{
    Known nothing;
    write_body(body, nothing, Keep::kNo, false, out);
}

std::chrono::milliseconds read_due(Reader& in)
{
    const uint64_t ms = in.varint();
    if (ms == 0 || ms > kMaxDueMs)
        in.fail();
    return std::chrono::milliseconds(in.ok() ? int64_t(ms) : 1);
}

/// A status that may be told to a client, or kUnknownObject.
unsigned read_status(Reader& in)
{
    const uint64_t status = in.varint();
    if (status != kUnknownObject && (status > UINT16_MAX || !is_final_status(unsigned(status))))
        in.fail();
    return in.ok() ? unsigned(status) : 0;
}

uint64_t field_number(std::string_view name)
{
    return uint64_t(std::ranges::find(kReplyFields, name) - std::begin(kReplyFields));
}

void write_chain(const Chain& chain, Writer& out)
{
    out.varint(uint64_t(chain.genesis.count()));
    out.varint(uint64_t(chain.slot_time.count()));
    out.varint(chain.slots_per_epoch);
    out.varint(chain.epochs_per_sync_committee_period);
    out.varint(chain.forks.electra_epoch + 1); // one that is not planned is 0
    out.varint(chain.forks.gloas_epoch + 1);
}

Chain read_chain(Reader& in)
{
    Chain chain;
    const uint64_t genesis = in.varint(), slot_ms = in.varint();
    chain.slots_per_epoch = in.varint();
    chain.epochs_per_sync_committee_period = in.varint();
    chain.forks = {in.varint() - 1, in.varint() - 1};
    if (genesis > UINT32_MAX || slot_ms == 0 || slot_ms > kMaxSlotMs ||
        chain.slots_per_epoch == 0 || chain.epochs_per_sync_committee_period == 0)
        in.fail();
    chain.genesis = std::chrono::seconds(int64_t(in.ok() ? genesis : 0));
    chain.slot_time = std::chrono::milliseconds(int64_t(in.ok() ? slot_ms : 1));
    return chain;
}

} // namespace

Bytes encode(const WireRequest& wire, Known& known, bool by_hash)
{
    Writer out;
    out.number(wire.id, 4);
    out.varint(wire.timeout_ms);
    out.u8(uint8_t((wire.request.post ? kPost : 0) | (wire.request.wants_ssz ? kWantsSsz : 0)));
    out.text(wire.request.target);
    out.text(wire.request.fork);
    write_body(wire.request.body, known, Keep::kNo, by_hash, out);
    return out.take();
}

Unpacked decode(std::span<const uint8_t> bytes, Known& known, WireRequest& wire)
{
    Reader in(bytes);
    wire.id = uint32_t(in.number(4));
    wire.timeout_ms = uint32_t(std::min<uint64_t>(in.varint(), UINT32_MAX));
    const uint8_t flags = in.u8();
    wire.request.post = flags & kPost;
    wire.request.wants_ssz = flags & kWantsSsz;
    wire.request.target = in.text();
    wire.request.fork = in.text();
    return read_body(in, known, Keep::kNo, wire.request.body);
}

Bytes encode(const WireAnswer& wire, Known& known)
{
    Writer out;
    out.number(wire.id, 4);
    out.varint(wire.reply.status);
    std::vector<std::pair<uint64_t, std::string_view>> fields;
    for (const auto& [name, value] : wire.reply.fields)
        if (field_number(name) < std::size(kReplyFields))
            fields.emplace_back(field_number(name), value);
    out.u8(uint8_t(fields.size()));
    for (const auto& [number, value] : fields) {
        out.u8(uint8_t(number));
        out.text(value);
    }
    write_body(wire.reply.body, known, Keep::kYes, true, out);
    return out.take();
}

Unpacked decode(std::span<const uint8_t> bytes, Known& known, WireAnswer& wire)
{
    Reader in(bytes);
    wire.id = uint32_t(in.number(4));
    wire.reply.status = read_status(in);
    wire.reply.fields.clear();
    for (unsigned left = in.u8(); left > 0 && in.ok(); --left) {
        const uint8_t number = in.u8();
        std::string value = in.text();
        // A value becomes part of an HTTP header.
        if (number >= std::size(kReplyFields) || value.size() > kMaxFieldBytes ||
            !std::ranges::all_of(value, [](char c) { return c > ' ' && c < 127; }))
            in.fail();
        else
            wire.reply.fields.emplace_back(kReplyFields[number], std::move(value));
    }
    const Unpacked read = read_body(in, known, Keep::kYes, wire.reply.body);
    const bool fits = wire.reply.status == kUnknownObject || !has_no_body(wire.reply.status) ||
                      wire.reply.body.bytes.empty();
    return fits ? read : Unpacked::kMalformed;
}

Bytes encode(const WireSubmission& wire, Known& known, bool by_hash)
{
    Writer out;
    out.number(wire.number, 2);
    out.u8(wire.index);
    out.u8(wire.ssz ? kSszList : 0);
    out.text(wire.fork);
    write_body(wire.body, known, Keep::kNo, by_hash, out);
    return out.take();
}

Unpacked decode(std::span<const uint8_t> bytes, Known& known, WireSubmission& wire)
{
    Reader in(bytes);
    wire.number = uint16_t(in.number(2));
    wire.index = in.u8();
    wire.ssz = in.u8() & kSszList;
    wire.fork = in.text();
    if (wire.index >= submissions().size())
        in.fail();
    return read_body(in, known, Keep::kNo, wire.body);
}

Bytes encode(const WireVerdict& wire)
{
    Writer out;
    out.number(wire.number, 2);
    out.varint(wire.status);
    write_plain(wire.body, out);
    return out.take();
}

bool decode(std::span<const uint8_t> bytes, WireVerdict& wire)
{
    Reader in(bytes);
    wire.number = uint16_t(in.number(2));
    wire.status = read_status(in);
    return read_plain(in, wire.body) == Unpacked::kDone;
}

Bytes encode(const WireHello& wire)
{
    Writer out;
    const bool usual = wire.deadlines == DeadlineRules();
    out.u8(uint8_t((wire.anew ? kAnew : 0) | (usual ? 0 : kDeadlines)));
    out.varint(wire.topics);
    if (!usual)
        for (const Deadlines& deadlines : {wire.deadlines.before_gloas, wire.deadlines.gloas}) {
            out.varint(uint64_t(deadlines.attestation.count()));
            out.varint(uint64_t(deadlines.aggregate.count()));
        }
    return out.take();
}

bool decode(std::span<const uint8_t> bytes, WireHello& wire)
{
    Reader in(bytes);
    const uint8_t flags = in.u8();
    wire.anew = flags & kAnew;
    wire.topics = in.varint();
    wire.deadlines = {};
    if (flags & kDeadlines)
        for (Deadlines* deadlines : {&wire.deadlines.before_gloas, &wire.deadlines.gloas})
            for (auto* due : {&deadlines->attestation, &deadlines->aggregate})
                *due = read_due(in);
    return in.done();
}

Bytes encode(const WireEvent& wire)
{
    Writer out;
    out.u8(wire.topic);
    write_plain(wire.body, out);
    return out.take();
}

bool decode(std::span<const uint8_t> bytes, WireEvent& wire)
{
    Reader in(bytes);
    wire.topic = in.u8();
    return read_plain(in, wire.body) == Unpacked::kDone && wire.topic < topics().size();
}

Bytes encode(const WireState& wire)
{
    const NodeState& node = wire.node;
    Writer out;
    out.u8(uint8_t((node.reachable ? kReachable : 0) | (node.syncing ? kSyncing : 0) |
                   (node.optimistic ? kOptimistic : 0) | (node.el_offline ? kElOffline : 0)));
    out.varint(node.head_slot);
    out.varint(node.sync_distance);
    out.u8(wire.chain ? 1 : 0);
    if (wire.chain)
        write_chain(*wire.chain, out);
    return out.take();
}

bool decode(std::span<const uint8_t> bytes, WireState& wire)
{
    Reader in(bytes);
    const uint8_t flags = in.u8();
    wire.node = {bool(flags & kReachable), bool(flags & kSyncing), bool(flags & kOptimistic),
                 bool(flags & kElOffline)};
    wire.node.head_slot = in.varint();
    wire.node.sync_distance = in.varint();
    wire.chain.reset();
    if (in.u8() == 1)
        wire.chain = read_chain(in);
    return in.done();
}

NodeState read_state(const ApiReply& reply)
{
    const auto json = parse_json(reply.body.bytes);
    const Json* data = json ? object_at(*json, "data") : nullptr;
    if (reply.status != 200 || !data)
        return {};
    const auto flag = [&](const char* name) {
        const Json* value = object_at(*data, name);
        return value && *value == true;
    };
    return {true,
            flag("is_syncing"),
            flag("is_optimistic"),
            flag("el_offline"),
            decimal_at(*data, "head_slot").value_or(0),
            decimal_at(*data, "sync_distance").value_or(0)};
}

} // namespace depinsat::bridge::beacon
