#include "bridge/solana/request.h"

#include <sodium.h>

#include <algorithm>

namespace depinsat::bridge::solana {
namespace {

using json_rpc::Json;
using namespace std::string_literals;

/// Room for a transaction in base 64, and for some that are too long.
constexpr size_t kMaxText = 4096;

std::optional<Bytes> from_base64(const std::string& text)
{
    Bytes bytes(text.size());
    size_t size = 0;
    if (sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &size,
                          nullptr, sodium_base64_VARIANT_ORIGINAL) != 0)
        return {};
    bytes.resize(size);
    return bytes;
}

std::string to_base64(const Bytes& bytes)
{
    std::string text(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL),
                     '\0');
    sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(),
                      sodium_base64_VARIANT_ORIGINAL);
    text.pop_back(); // the zero
    return text;
}

/// Reads the options. @return what is wrong with them; empty: nothing.
std::string read_options(const Json& options, Sending& sending, bool& base64)
{
    for (const auto& [key, value] : options.items()) {
        if (key == "encoding" && (value == "base58" || value == "base64")) {
            base64 = value == "base64";
        } else if (key == "skipPreflight" && value.is_boolean()) {
            sending.skip_preflight = value.get<bool>();
        } else if (key == "preflightCommitment" && value.is_string()) {
            const auto commitment = to_commitment(value.get<std::string>());
            if (!commitment)
                return "preflightCommitment must be processed, confirmed or finalized";
            sending.preflight = *commitment;
        } else if (key == "minContextSlot" && !value.is_null()) {
            return "minContextSlot does not travel over this link";
        } else if (key != "maxRetries" && key != "minContextSlot") {
            return "the option " + key +
                   " of sendTransaction is not known, or has a wrong value";
        }
    }
    return {};
}

} // namespace

std::variant<ReadSending, std::string> read_sending(const Json& params)
{
    if (!params.is_array() || params.empty() || params.size() > 2 || !params[0].is_string() ||
        (params.size() == 2 && !params[1].is_object()))
        return "sendTransaction takes a text and an object"s;
    ReadSending out;
    bool base64 = false;
    if (params.size() == 2)
        if (auto why = read_options(params[1], out.sending, base64); !why.empty())
            return why;
    const auto& text = params[0].get_ref<const std::string&>();
    if (text.size() > kMaxText)
        return "the transaction is longer than 1232 bytes, which no node takes"s;
    const auto raw = base64 ? from_base64(text) : from_base58(text, kMaxText);
    if (!raw)
        return "the transaction is no "s + (base64 ? "base64" : "base58");
    auto decoded = decode_transaction(*raw);
    if (const auto* why = std::get_if<std::string>(&decoded))
        return "the transaction " + *why;
    out.transaction = std::get<Transaction>(decoded);
    out.sending.raw = *raw;
    return out;
}

std::string send_call(const Sending& sending)
{
    const Json options{{"encoding", "base64"},
                       {"skipPreflight", sending.skip_preflight},
                       {"preflightCommitment", to_string(sending.preflight)},
                       {"maxRetries", 0}};
    return Json{{"method", "sendTransaction"},
                {"params", Json::array({to_base64(sending.raw), options})}}
        .dump();
}

bool is_processed_already(std::string_view result)
{
    // A text in the message, and a name in the data of the error
    // (SendTransactionPreflightFailure).
    return result.starts_with("{\"error\"") &&
           (result.find("already been processed") != result.npos ||
            result.find("\"AlreadyProcessed\"") != result.npos);
}

std::optional<Status> status_in(std::string_view result)
{
    const Json json = Json::parse(result, nullptr, false);
    const auto value = Json::json_pointer("/result/value/0");
    if (!json.is_object() || !json.contains(value) || !json[value].is_object())
        return {};
    const Json& told = json[value];
    const auto slot = told.find("slot"), commitment = told.find("confirmationStatus"),
               error = told.find("err"), confirmations = told.find("confirmations");
    const auto end = told.end();
    if (slot == end || !slot->is_number_unsigned() || commitment == end ||
        !commitment->is_string())
        return {};
    const auto reached = to_commitment(commitment->get<std::string>());
    if (!reached)
        return {};
    Status status{slot->get<uint64_t>(), *reached, 255, {}};
    if (confirmations != end && confirmations->is_number_unsigned())
        status.confirmations = uint8_t(std::min<uint64_t>(confirmations->get<uint64_t>(), 254));
    if (error != end && !error->is_null())
        status.error = error->dump(-1, ' ', false, Json::error_handler_t::replace);
    return status;
}

} // namespace depinsat::bridge::solana
