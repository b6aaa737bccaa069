#pragma once

#include "bridge/beacon/api.h"
#include "bridge/beacon/consensus.h"

namespace depinsat::bridge::beacon {

/// Decides whether attestation data that a gateway sent may be handed to the validator client.
///
/// Handed out is only what is for the slot that was asked for, has that slot's epoch as target,
/// and checkpoints that neither go back behind those handed out before nor run ahead of the
/// clock. (The client's own slashing protection stays as it is; this keeps from it what would
/// use it up.)
class TemplateRules
{
public:
    /// How far this machine's clock and the gateway's may be apart.
    static constexpr std::chrono::milliseconds kSkew{500};

    /// @return nothing if the data may be handed out, else what is wrong with it.
    std::optional<std::string>
    fault(const AttestationData&, uint64_t asked_slot, const Chain&, UnixTime now) const;

    /// Data has been handed out.
    void handed_out(const AttestationData&);

private:
    uint64_t source_epoch_ = 0, target_epoch_ = 0; ///< the highest handed out
    Root source_root_{};
    bool any_ = false;
};

/// Whether the reply to a request for an aggregate is not of the data that was asked for, by
/// its hash tree root: the client would sign for it.
bool is_of_other_data(const ApiRequest&, const ApiReply&);

} // namespace depinsat::bridge::beacon
