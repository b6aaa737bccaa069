#pragma once

#include "fec/ldpc_kernels.h"

namespace depinsat::fec {

/// The last edge of layer 0 that is no repetition has no bit in lane 0: the staircase begins
/// there. What stands in its place, the last bit of the last group, seems certain while the
/// layer is handled.
struct StaircaseEnd {
    StaircaseEnd(const LdpcSchedule& schedule, const LdpcState& state)
        : group(state.posteriors + (schedule.rotations.size() - 1) * kPaddedGroup),
          untouched(group[kLdpcGroup - 1])
    {
        group[kLdpcGroup - 1] = kLlrMax;
    }

    /// After the layer was looked at only.
    void restore() const { group[kLdpcGroup - 1] = untouched; }

    /// After the layer was updated: the group is in rotation 1.
    void restore_rotated(const LdpcLayer& layer, const LdpcState& state) const
    {
        group[0] = group[kLdpcGroup] = untouched;
        int8_t* message = state.messages + (layer.plain - 1) * kColumn;
        message[0] = 0;
        message[(kColumns - 1) * layer.degree * kColumn + kLdpcGroup % kColumn] = 0;
    }

    int8_t* group;
    int8_t untouched;
};

} // namespace depinsat::fec
