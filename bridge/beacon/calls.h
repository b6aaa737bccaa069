#pragma once

#include "bridge/beacon/gateways.h"

#include <functional>
#include <map>

namespace depinsat::bridge::beacon {

/// Requests of a user station that a gateway answers, each by one of them at a time.
///
/// A request that never went out as a whole goes to another gateway; so does a GET whose fate
/// is unknown. A POST whose fate is unknown is not repeated: the client is told.
class Calls
{
public:
    /// @param from  who answered; nobody if the reply is of this station.
    using Done = std::function<void(ApiReply, FarGateway* from)>;

    /// @param world, gateways  outlive this.
    Calls(Surroundings& world, Gateways& gateways, uint32_t first_id);

    /// @param only  the gateway that is to answer; null: any.
    /// @param done  called once, within `timeout`; at once if no gateway is up.
    void
    call(const ApiRequest&, link::Class, Milliseconds timeout, FarGateway* only, Done done);

    void on_answer(FarGateway&, std::span<const uint8_t>);

    size_t waiting() const { return calls_.size(); }

private:
    struct Call {
        ApiRequest request;
        link::Class message_class;
        UnixTime deadline;
        bool only_one;
        bool by_hash = true;
        link::PublicKey gateway{};
        std::vector<link::PublicKey> tried{};
        Done done;
    };

    void send(uint32_t id);
    void send_to(uint32_t id, FarGateway&);
    void on_outcome(uint32_t id, link::Outcome);
    void finish(uint32_t id, ApiReply, FarGateway* from);

    Surroundings& world_;
    Gateways& gateways_;
    std::map<uint32_t, Call> calls_;
    uint32_t next_id_;
};

} // namespace depinsat::bridge::beacon
