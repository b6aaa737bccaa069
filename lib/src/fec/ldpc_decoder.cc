#include "depinsat/fec/ldpc_decoder.h"

#include "fec/ldpc_kernels.h"

#include <algorithm>
#include <stdexcept>

namespace depinsat::fec {
namespace {

struct alignas(kColumn) Column {
    int8_t lanes[kColumn] = {};
};

constexpr size_t kGroupColumns = kPaddedGroup / kColumn;

} // namespace

struct LdpcDecoder::Impl {
    Impl(const LdpcCode& ldpc_code, unsigned iterations)
        : code(ldpc_code),
          max_iterations(iterations),
          schedule(code),
          rule(ldpc_rule(code)),
          posteriors(schedule.rotations.size() * kGroupColumns),
          messages(schedule.groups.size() * kColumns)
    {
        if (iterations == 0)
            throw std::invalid_argument(
                "LdpcDecoder: max_iterations is 0; allowed: 1 and more");
        size_t degree = 0;
        for (const LdpcLayer& layer : schedule.layers)
            degree = std::max<size_t>(degree, layer.degree);
        variables.resize(degree * kColumns);
        answers.resize(4 * kColumns);
    }

    LdpcState state()
    {
        return {posteriors.data()->lanes, messages.data()->lanes, variables.data()->lanes,
                answers.data()->lanes};
    }

    const LdpcCode& code;
    unsigned max_iterations;
    LdpcSchedule schedule;
    LdpcRule rule;
    std::vector<Column> posteriors, messages, variables, answers; // see LdpcState
    size_t suspect = 0; // layer that failed the last look, and is likely to fail the next
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
    if (codeword.size() != code().n || message.size() != code().k / 8)
        return std::nullopt;
    Impl& d = *impl_;
    const LdpcState state = d.state();
    ldpc_load(d.code, d.schedule, d.rule, codeword, state);
    unsigned iterations = 0;
    bool decoded = ldpc_holds(d.schedule, state, d.suspect);
    while (!decoded && iterations < d.max_iterations) {
        ldpc_iterate(d.schedule, d.rule, state, iterations == 0);
        ++iterations;
        decoded = ldpc_holds(d.schedule, state, d.suspect);
    }
    ldpc_store(d.schedule, state, message);
    return decoded ? std::optional(iterations) : std::nullopt;
}

} // namespace depinsat::fec
