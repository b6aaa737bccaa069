#pragma once

#include "bridge/beacon/api.h"
#include "bridge/beacon/consensus.h"

/// What the two ends of the beacon bridge say to each other: bodies of the messages of kinds
/// kBeacon... (bridge/messages.h). Words as in bytes.h; bodies as in body.h end their message.
namespace depinsat::bridge::beacon {

/// Any request that wants an answer.
///   id (4), time-out in ms (varint), flags (1: 01 POST, 02 wants SSZ), target (text), fork
///   (text), body
struct WireRequest {
    uint32_t id = 0;
    uint32_t timeout_ms = 0;
    ApiRequest request;
};

/// Its answer.
///   id (4), status (varint), number of fields (1), fields (number in kReplyFields (1), text),
///   body
/// Status 0: the request refers to an object that the gateway lacks; nothing was done.
struct WireAnswer {
    uint32_t id = 0;
    ApiReply reply;
};
inline constexpr unsigned kUnknownObject = 0;

/// A submission: number (2), index in submissions() (1), flags (1: 01 SSZ list), fork (text),
/// body
struct WireSubmission {
    uint16_t number = 0;
    uint8_t index = 0;
    bool ssz = false; ///< the JSON is to be posted as SSZ
    std::string fork;
    Body body;
};

/// What went wrong with a submission; of one that went well nothing is said.
///   number (2), status (varint), body; status as in WireAnswer, or 502 if the node cannot be
///   reached
struct WireVerdict {
    uint16_t number = 0;
    unsigned status = 0;
    Body body;
};

/// Tells a gateway that there are validators here.
///   flags (1: 01 begins anew, 02 deadlines follow), topics (varint, bits by their numbers); if
///   they are not the usual ones: when attestations and aggregates are due before Gloas, and
///   from it on, in ms (4 varints)
struct WireHello {
    bool anew = false;
    uint64_t topics = 0;
    DeadlineRules deadlines{};
};

/// An event of another topic than head: number of the topic (1), body
struct WireEvent {
    uint8_t topic = 0;
    Body body;
};

/// How the gateway's node is; told when it changes, and in answer to a hello.
///   flags (1: 01 reachable, 02 is_syncing, 04 is_optimistic, 08 el_offline), head slot, sync
///   distance (varints), 1 if the chain follows: genesis (varint), slot time in ms, slots per
///   epoch, epochs per sync committee period, epochs of Electra and Gloas, each plus 1
///   (varints)
struct NodeState {
    bool reachable = false, syncing = false, optimistic = false, el_offline = false;
    uint64_t head_slot = 0, sync_distance = 0;
    friend bool operator==(const NodeState&, const NodeState&) = default;
};
struct WireState {
    NodeState node;
    std::optional<Chain> chain;
};

/// From the answer to GET /eth/v1/node/syncing; not reachable if it makes no sense.
NodeState read_state(const ApiReply&);

/// @param known  of this end and that peer; `by_hash` as in write_body().
Bytes encode(const WireRequest&, Known& known, bool by_hash);
Bytes encode(const WireAnswer&, Known& known);
Bytes encode(const WireSubmission&, Known& known, bool by_hash);
Bytes encode(const WireVerdict&);
Bytes encode(const WireHello&);
Bytes encode(const WireEvent&);
Bytes encode(const WireState&);

/// What has an id is told even if its body refers to an object that is not known here.
Unpacked decode(std::span<const uint8_t>, Known& known, WireRequest&);
Unpacked decode(std::span<const uint8_t>, Known& known, WireAnswer&);
Unpacked decode(std::span<const uint8_t>, Known& known, WireSubmission&);
bool decode(std::span<const uint8_t>, WireVerdict&);
bool decode(std::span<const uint8_t>, WireHello&);
bool decode(std::span<const uint8_t>, WireEvent&);
bool decode(std::span<const uint8_t>, WireState&);

} // namespace depinsat::bridge::beacon
