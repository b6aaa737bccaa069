#pragma once

#include "bridge/beacon/consensus.h"

#include <array>
#include <deque>

namespace depinsat::bridge::beacon {

/// The event `head` of a beacon node.
struct Head {
    uint64_t slot = 0;
    Root block{}, state{};
    Root previous_dependent{}, current_dependent{};
    bool epoch_transition = false, execution_optimistic = false;
    friend bool operator==(const Head&, const Head&) = default;
};
Json to_json(const Head&);
std::optional<Head> head_event(const Json&);

/// What a gateway tells of a slot: its head, and what is to be attested (with index 0).
struct News {
    std::optional<Head> head;
    std::optional<AttestationData> attestation;
    friend bool operator==(const News&, const News&) = default;
};

/// Writes news as what is new against news that the other end is known to have.
///
///   1 byte   01 head  02 attestation  04 epoch_transition  08 execution_optimistic
///            10 there is a base
///   1 byte   01 dependent roots, 02 source, 04 target, 08 block as the base's attestation has
///            it (else 10: it is the head's)  20 target root is that block
///   1 byte   number of these news; 1 byte of the base if there is one
///   varint   slot; with a base the slot less the base's, the sign in the lowest bit
///   then     head: block, state, dependent roots unless the same; attestation: block unless
///            08 or 10, source (varint of the epoch, root), target (root) unless the same
///
/// The attestation's slot is the head's if there is a head, its target epoch the slot's.
class NewsEncoder
{
public:
    /// @param number  of these news, for acknowledged().
    Bytes encode(const News&, uint8_t& number);

    /// The other end has these news.
    void acknowledged(uint8_t number);

    /// The other end has begun anew.
    void reset() { *this = NewsEncoder(); }

private:
    struct Sent {
        uint8_t number;
        News news;
    };
    std::deque<Sent> sent_;
    std::optional<Sent> base_;
    uint8_t since_base_ = 0; ///< news sent since; the decoder forgets the 256th
    uint8_t next_ = 0;
};

class NewsDecoder
{
public:
    /// @return nothing if the message is malformed, or its base is not known here.
    std::optional<News> decode(std::span<const uint8_t>, const Chain&);

private:
    std::array<std::optional<News>, 256> seen_;
};

} // namespace depinsat::bridge::beacon
