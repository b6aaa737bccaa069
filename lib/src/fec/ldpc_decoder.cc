#include "depinsat/fec/ldpc_decoder.h"

#include "fec/ldpc_layers.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <stdexcept>

namespace depinsat::fec {
namespace {

constexpr size_t kLanes = 384; // 360 and padding, so that every loop is whole vectors

/// One value per check of a layer, or per bit of a group. Sixteen bits hold every sum exactly:
/// a posterior is at most 127 for the channel and for each of up to 13 messages.
struct alignas(64) Lanes {
    int16_t at[kLanes] = {};
};

/// What a layer knows after all its edges came in.
struct CheckState {
    Lanes first_minimum, second_minimum, parity; // the sign bit of `parity` counts

    void reset()
    {
        std::fill_n(first_minimum.at, kLanes, int16_t(kLlrMax));
        std::fill_n(second_minimum.at, kLanes, int16_t(kLlrMax));
        std::fill_n(parity.at, kLanes, int16_t(0));
    }
};

/// to[t] = from[(t - shift) mod 360]
void rotate(Lanes& to, const Lanes& from, size_t shift)
{
    std::memcpy(to.at + shift, from.at, (kLdpcGroup - shift) * sizeof(int16_t));
    std::memcpy(to.at, from.at + kLdpcGroup - shift, shift * sizeof(int16_t));
}

void add_rotated(Lanes& to, const Lanes& from, size_t shift)
{
    for (size_t t = 0; t < shift; ++t)
        to.at[t] = int16_t(to.at[t] + from.at[t + kLdpcGroup - shift]);
    for (size_t t = shift; t < kLdpcGroup; ++t)
        to.at[t] = int16_t(to.at[t] + from.at[t - shift]);
}

size_t inverse(size_t shift)
{
    return shift == 0 ? 0 : kLdpcGroup - shift;
}

/// Takes the check's own message out of the posterior.
void remove_message(Lanes& variable, const Lanes& message)
{
    for (size_t t = 0; t < kLanes; ++t)
        variable.at[t] = int16_t(variable.at[t] - message.at[t]);
}

void collect(CheckState& state, const Lanes& variable)
{
    for (size_t t = 0; t < kLanes; ++t) {
        const int16_t value = variable.at[t];
        const int16_t magnitude = std::max(value, int16_t(-value));
        const int16_t first = state.first_minimum.at[t];
        state.second_minimum.at[t] =
            std::min(state.second_minimum.at[t], std::max(first, magnitude));
        state.first_minimum.at[t] = std::min(first, magnitude);
        state.parity.at[t] = int16_t(state.parity.at[t] ^ value);
    }
}

/// The minimum overstates what a check knows; a fixed factor makes up for most of it.
void normalise(Lanes& minimum)
{
    for (size_t t = 0; t < kLanes; ++t)
        minimum.at[t] = int16_t(minimum.at[t] * 13 / 16);
}

/// The new message of the check to each variable.
void update_check_to_variable(Lanes& message,
                              const Lanes& variable,
                              const CheckState& state,
                              const Lanes& normalised_first,
                              const Lanes& normalised_second)
{
    for (size_t t = 0; t < kLanes; ++t) {
        const int16_t value = variable.at[t];
        const int16_t magnitude = std::max(value, int16_t(-value));
        const int16_t least = state.first_minimum.at[t];
        const int16_t others =
            magnitude <= least ? normalised_second.at[t] : normalised_first.at[t];
        const int16_t sign = int16_t((state.parity.at[t] ^ value) >> 15);
        message.at[t] = int16_t((others ^ sign) - sign);
    }
}

void add(Lanes& sum, const Lanes& term)
{
    for (size_t t = 0; t < kLanes; ++t)
        sum.at[t] = int16_t(sum.at[t] + term.at[t]);
}

} // namespace

struct LdpcDecoder::Impl {
    Impl(const LdpcCode& ldpc_code, unsigned iterations)
        : code(ldpc_code),
          max_iterations(iterations),
          layers(information_layers(code)),
          posteriors(code.n / kLdpcGroup)
    {
        if (iterations == 0)
            throw std::invalid_argument(
                "LdpcDecoder: max_iterations is 0; allowed: 1 and more");
        add_staircase();
        size_t edges = 0, widest = 0;
        for (const auto& layer : layers) {
            edges += layer.size();
            widest = std::max(widest, layer.size());
        }
        messages.resize(edges);
        variables.resize(widest);
    }

    void add_staircase()
    {
        const auto first_parity = uint16_t(code.rows.size());
        for (unsigned j = 0; j < code.q; ++j) {
            layers[j].push_back({uint16_t(first_parity + j), 0, false});
            layers[j].push_back(j == 0 ? LdpcEdge{uint16_t(first_parity + code.q - 1), 1, false}
                                       : LdpcEdge{uint16_t(first_parity + j - 1), 0, false});
        }
    }

    /// The last edge of layer 0 has no bit in lane 0: the staircase begins there.
    static bool ends_staircase(size_t layer, size_t edge, size_t degree)
    {
        return layer == 0 && edge + 1 == degree;
    }

    void load(std::span<const Llr> codeword)
    {
        for (size_t i = 0; i < code.k; ++i)
            posteriors[i / kLdpcGroup].at[i % kLdpcGroup] = codeword[i].value;
        const auto parity = codeword.subspan(code.k);
        for (size_t t = 0; t < kLdpcGroup; ++t)
            for (size_t j = 0; j < code.q; ++j)
                posteriors[code.rows.size() + j].at[t] = parity[t * code.q + j].value;
        std::fill(messages.begin(), messages.end(), Lanes{});
    }

    void iterate()
    {
        Lanes* message = messages.data();
        for (size_t j = 0; j < layers.size(); ++j) {
            gather(j, message);
            scatter(j, message);
            message += layers[j].size();
        }
    }

    void gather(size_t j, const Lanes* message)
    {
        const auto& layer = layers[j];
        state.reset();
        for (size_t e = 0; e < layer.size(); ++e) {
            rotate(variables[e], posteriors[layer[e].group], layer[e].shift);
            remove_message(variables[e], message[e]);
            if (ends_staircase(j, e, layer.size()))
                variables[e].at[0] = kLlrMax; // says nothing against any check
            collect(state, variables[e]);
        }
    }

    void scatter(size_t j, Lanes* message)
    {
        const auto& layer = layers[j];
        Lanes first = state.first_minimum, second = state.second_minimum;
        normalise(first);
        normalise(second);
        for (size_t e = 0; e < layer.size(); ++e) {
            Lanes& posterior = posteriors[layer[e].group];
            const int16_t outside = posterior.at[kLdpcGroup - 1];
            Lanes delta = message[e];
            update_check_to_variable(message[e], variables[e], state, first, second);
            if (layer[e].shared) {
                for (size_t t = 0; t < kLanes; ++t)
                    delta.at[t] = int16_t(message[e].at[t] - delta.at[t]);
                add_rotated(posterior, delta, inverse(layer[e].shift));
                continue;
            }
            add(variables[e], message[e]);
            rotate(posterior, variables[e], inverse(layer[e].shift));
            if (ends_staircase(j, e, layer.size())) {
                posterior.at[kLdpcGroup - 1] = outside;
                message[e].at[0] = 0;
            }
        }
    }

    bool layer_holds(const std::vector<LdpcEdge>& layer, bool first)
    {
        Lanes& parity = state.parity;
        std::fill_n(parity.at, kLanes, int16_t(0));
        for (const LdpcEdge& edge : layer) {
            Lanes& bits = variables.front();
            rotate(bits, posteriors[edge.group], edge.shift);
            if (first && &edge == &layer.back())
                bits.at[0] = 0;
            for (size_t t = 0; t < kLanes; ++t)
                parity.at[t] = int16_t(parity.at[t] ^ bits.at[t]);
        }
        int16_t any = 0;
        for (size_t t = 0; t < kLdpcGroup; ++t)
            any = int16_t(any | parity.at[t]);
        return any >= 0;
    }

    bool every_bit_is_known() const
    {
        return std::ranges::all_of(posteriors, [](const Lanes& group) {
            return std::count(group.at, group.at + kLdpcGroup, 0) == 0;
        });
    }

    bool decoded()
    {
        for (size_t j = 0; j < layers.size(); ++j)
            if (!layer_holds(layers[j], j == 0))
                return false;
        return every_bit_is_known();
    }

    void store(std::span<uint8_t> message) const
    {
        for (size_t i = 0; i < message.size(); ++i) {
            const int16_t* bits = &posteriors[8 * i / kLdpcGroup].at[8 * i % kLdpcGroup];
            unsigned byte = 0;
            for (size_t bit = 0; bit < 8; ++bit)
                byte = byte << 1 | (bits[bit] < 0);
            message[i] = uint8_t(byte);
        }
    }

    const LdpcCode& code;
    unsigned max_iterations;
    std::vector<std::vector<LdpcEdge>> layers;
    std::vector<Lanes> posteriors; // by group, in the order of its bits
    std::vector<Lanes> messages;   // by edge, in the order of the checks
    std::vector<Lanes> variables;  // of one layer, in the order of the checks
    CheckState state;
};

LdpcDecoder::LdpcDecoder(const LdpcCode& code, unsigned max_iterations)
    : impl_(std::make_unique<Impl>(code, max_iterations))
{}
LdpcDecoder::~LdpcDecoder() = default;
LdpcDecoder::LdpcDecoder(LdpcDecoder&&) noexcept = default;
LdpcDecoder& LdpcDecoder::operator=(LdpcDecoder&&) noexcept = default;

const LdpcCode& LdpcDecoder::code() const
{
    return impl_->code;
}

std::optional<unsigned> LdpcDecoder::decode(std::span<const Llr> codeword,
                                            std::span<uint8_t> message)
{
    assert(codeword.size() == code().n && message.size() == code().k / 8);
    impl_->load(codeword);
    unsigned iterations = 0;
    bool decoded = impl_->decoded();
    while (!decoded && iterations < impl_->max_iterations) {
        impl_->iterate();
        ++iterations;
        decoded = impl_->decoded();
    }
    impl_->store(message);
    return decoded ? std::optional(iterations) : std::nullopt;
}

} // namespace depinsat::fec
