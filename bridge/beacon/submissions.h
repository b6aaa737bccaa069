#pragma once

#include "bridge/beacon/gateways.h"

#include <functional>
#include <map>
#include <memory>

namespace depinsat::bridge::beacon {

/// Lists that validators post. They travel in pieces; the client is answered when the gateways
/// have acknowledged all of them, or when one is known to have failed.
///
/// Whoever takes a piece twice takes it once: a piece that was lost, or whose fate is unknown,
/// goes to another gateway.
class Submissions
{
public:
    /// @param world, gateways  outlive this.
    /// @param rules  deadlines in a slot.
    Submissions(Surroundings& world, Gateways& gateways, const DeadlineRules& rules);

    /// @param index  in submissions().
    void submit(const ApiRequest&, size_t index, Respond);

    void on_verdict(FarGateway&, std::span<const uint8_t>);

    /// Failures that came after the client had been answered.
    uint64_t late_failures() const { return late_failures_; }
    uint64_t sent() const { return sent_; }

private:
    struct Post {
        size_t missing = 0; ///< pieces
        ApiReply reply{};   ///< the first failure, if there is one
        Json failures = Json::array();
        Respond respond;
    };
    struct Piece {
        std::shared_ptr<Post> post;
        WireSubmission wire;
        size_t first = 0; ///< entry of the client's list
        UnixTime deadline{};
        bool by_hash = true, acknowledged = false;
        link::PublicKey gateway{};
        std::vector<link::PublicKey> tried{};
    };

    void add_piece(const std::shared_ptr<Post>&, WireSubmission, size_t first);
    void send(uint16_t number);
    void send_to(uint16_t number, FarGateway&);
    void on_outcome(uint16_t number, link::Outcome);
    void fail(uint16_t number, ApiReply);
    void finish(uint16_t number);
    UnixTime deadline_of(const Submission&) const;

    Surroundings& world_;
    Gateways& gateways_;
    const DeadlineRules& rules_;
    std::map<uint16_t, Piece> pieces_;
    uint16_t next_ = 0;
    uint64_t late_failures_ = 0, sent_ = 0;
};

} // namespace depinsat::bridge::beacon
