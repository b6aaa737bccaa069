#include "depinsat/fec/ldpc_decoder.h"

#include "fec/ldpc_lanes.h"
#include "fec/ldpc_layers.h"

#include <algorithm>
#include <cassert>
#include <stdexcept>

namespace depinsat::fec {
namespace {

/// What is taken off every magnitude, since a minimum overstates what a check knows: the more
/// so the more bits the check has. The steps were found by trials near the threshold of each
/// code.
int16_t correction(size_t check_degree)
{
    return check_degree <= 5 ? 2 : check_degree <= 10 ? 3 : 4;
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
        offset = correction(widest);
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
    bool ends_staircase(size_t layer, size_t edge) const
    {
        return layer == 0 && edge + 1 == layers[layer].size();
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
            if (ends_staircase(j, e))
                variables[e].at[0] = kMaxMessage; // says nothing against any check
            collect(state, variables[e]);
        }
    }

    void scatter(size_t j, Lanes* message)
    {
        const auto& layer = layers[j];
        Lanes first = state.first_minimum, second = state.second_minimum;
        subtract_offset(first, offset);
        subtract_offset(second, offset);
        for (size_t e = 0; e < layer.size(); ++e) {
            const auto update = [&] {
                update_check_to_variable(message[e], variables[e], state, first, second);
            };
            if (layer[e].shared)
                add_difference(layer[e], message[e], update);
            else if (ends_staircase(j, e))
                replace_all_but_the_end(layer[e], variables[e], message[e], update);
            else
                replace(layer[e], variables[e], message[e], update);
        }
    }

    template <class Update>
    void replace(const LdpcEdge& edge, Lanes& variable, Lanes& message, Update update)
    {
        update();
        add(variable, message);
        rotate(posteriors[edge.group], variable, inverse(edge.shift));
    }

    /// Lane 0 of the edge stands for the last bit of the group, which has no part in that
    /// check.
    template <class Update>
    void replace_all_but_the_end(const LdpcEdge& edge,
                                 Lanes& variable,
                                 Lanes& message,
                                 Update update)
    {
        int16_t& last = posteriors[edge.group].at[kLdpcGroup - 1];
        const int16_t untouched = last;
        replace(edge, variable, message, update);
        last = untouched;
        message.at[0] = 0;
    }

    /// Two messages of one layer go into each bit of the group: neither may overwrite the
    /// other.
    template <class Update>
    void add_difference(const LdpcEdge& edge, Lanes& message, Update update)
    {
        Lanes difference = message;
        update();
        for (size_t t = 0; t < kLanes; ++t)
            difference.at[t] = int16_t(message.at[t] - difference.at[t]);
        add_rotated(posteriors[edge.group], difference, inverse(edge.shift));
    }

    bool layer_holds(size_t j)
    {
        const auto& layer = layers[j];
        Lanes& parity = state.parity;
        std::fill_n(parity.at, kLanes, int16_t(0));
        for (size_t e = 0; e < layer.size(); ++e) {
            Lanes& bits = variables.front();
            rotate(bits, posteriors[layer[e].group], layer[e].shift);
            if (ends_staircase(j, e))
                bits.at[0] = 0;
            for (size_t t = 0; t < kLanes; ++t)
                parity.at[t] = int16_t(parity.at[t] ^ bits.at[t]);
        }
        return std::none_of(parity.at, parity.at + kLdpcGroup, [](int16_t p) { return p < 0; });
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
            if (!layer_holds(j))
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
    int16_t offset = 0; // LLR steps
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
