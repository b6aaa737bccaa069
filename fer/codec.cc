#include "fer/codec.h"

#include "depinsat/fec/ldpc_code.h"
#include "fer/codecs.h"

#include <algorithm>
#include <functional>
#include <stdexcept>

namespace depinsat::fer {
namespace {

struct NamedReedSolomon {
    const char* name;
    unsigned e;
};
constexpr NamedReedSolomon kReedSolomon[] = {{"rs_255_223", 16}, {"rs_255_239", 8}};

struct Entry {
    std::string name;
    std::function<std::unique_ptr<Codec>(const CodecSettings&)> make;
    bool interleaves = false; ///< --interleaving means something
    bool any_length = false;  ///< --message-bytes means something
};

fec::ReedSolomonCode outer_code(unsigned e, const CodecSettings& settings)
{
    return {.e = e, .interleaving = settings.interleaving};
}

void add_block_codes(std::vector<Entry>& entries)
{
    for (const auto& code : fec::ldpc_codes())
        entries.push_back({std::string(code.name), [&code](const CodecSettings& settings) {
                               return make_dvb_codec(code.name, settings.iterations);
                           }});
    for (const auto& code : fec::ccsds_ldpc_codes())
        entries.push_back({std::string(code.name), [&code](const CodecSettings& settings) {
                               return make_ccsds_ldpc_codec(code, settings.iterations);
                           }});
    for (const auto& code : fec::turbo_codes())
        entries.push_back({std::string(code.name), [&code](const CodecSettings& settings) {
                               return make_turbo_codec(code, settings.iterations);
                           }});
    entries.push_back({"bch_63_56", [](const CodecSettings&) {
                           return make_tc_bch_codec();
                       }});
}

void add_convolutional_codes(std::vector<Entry>& entries)
{
    for (const auto& inner : fec::convolutional_codes())
        entries.push_back({std::string(inner.name),
                           [&inner](const CodecSettings& settings) {
                               return make_convolutional_codec(
                                   inner,
                                   settings.message_bytes.value_or(kConvolutionalMessage));
                           },
                           false, true});
    for (const auto& outer : kReedSolomon) {
        entries.push_back({outer.name,
                           [&outer](const CodecSettings& settings) {
                               return make_reed_solomon_codec(outer_code(outer.e, settings));
                           },
                           true});
        for (const auto& inner : fec::convolutional_codes())
            entries.push_back({std::string(outer.name).append("+").append(inner.name),
                               [&outer, &inner](const CodecSettings& settings) {
                                   return make_concatenated_codec(outer_code(outer.e, settings),
                                                                  inner);
                               },
                               true});
    }
}

std::vector<Entry> make_entries()
{
    std::vector<Entry> entries;
    add_block_codes(entries);
    add_convolutional_codes(entries);
    return entries;
}

const std::vector<Entry>& all_entries()
{
    static const std::vector<Entry> entries = make_entries();
    return entries;
}

} // namespace

std::vector<std::string> code_names()
{
    std::vector<std::string> names;
    for (const Entry& entry : all_entries())
        names.push_back(entry.name);
    return names;
}

std::unique_ptr<Codec> make_codec(const CodecSettings& settings)
{
    const auto found = std::ranges::find(all_entries(), settings.code, &Entry::name);
    if (found == all_entries().end()) {
        std::string allowed;
        for (const auto& name : code_names())
            allowed += name + ", ";
        throw std::invalid_argument("unknown code \"" + settings.code + "\"; allowed: " +
                                    allowed + "raptorq_K of K = 1 to 8192 source symbols");
    }
    if (settings.interleaving != 1 && !found->interleaves)
        throw std::invalid_argument("code \"" + settings.code +
                                    "\" is not interleaved; Reed-Solomon codes are");
    if (settings.message_bytes && !found->any_length)
        throw std::invalid_argument(
            "code \"" + settings.code +
            "\" has one length of message; convolutional codes have any");
    return found->make(settings);
}

} // namespace depinsat::fer
