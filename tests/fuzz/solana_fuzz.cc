// A signed transaction, the params of a client, what a gateway tells and what a node answers:
// each is any bytes.
#include "bridge/solana/request.h"

#include <cstdlib>

using namespace depinsat::bridge;
using namespace depinsat::bridge::solana;

namespace {

void require(bool holds)
{
    if (!holds)
        std::abort();
}

void check_transaction(std::span<const uint8_t> raw)
{
    const auto decoded = decode_transaction(raw);
    if (const auto* transaction = std::get_if<Transaction>(&decoded))
        require(raw.size() <= kMaxTransactionBytes && transaction->signatures > 0);
    if (raw.size() > kMaxTransactionBytes)
        return;
    const std::string text = to_base58(raw);
    require(from_base58(text, raw.size()) == Bytes(raw.begin(), raw.end()));
    require(raw.empty() || !from_base58(text, raw.size() - 1));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const std::span<const uint8_t> bytes(data, size);
    check_transaction(bytes);
    if (const auto news = decode_news(bytes))
        require(encode(*news) == Bytes(bytes.begin(), bytes.end()));
    if (const auto sending = decode_sending(bytes))
        require(encode(*sending) == Bytes(bytes.begin(), bytes.end()));
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    status_in(text);
    const auto params = json_rpc::Json::parse(text, nullptr, false);
    const auto sending = read_sending(params);
    if (const auto* good = std::get_if<ReadSending>(&sending))
        require(std::holds_alternative<Transaction>(decode_transaction(good->sending.raw)));
    return 0;
}
