#include "bridge/solana/wire.h"

#include <algorithm>

namespace depinsat::bridge::solana {
namespace {

constexpr std::pair<std::string_view, Commitment> kCommitments[] = {
    {"processed", Commitment::kProcessed},
    {"confirmed", Commitment::kConfirmed},
    {"finalized", Commitment::kFinalized}};

std::string text_of(std::span<const uint8_t> bytes)
{
    return {bytes.begin(), bytes.end()};
}

} // namespace

std::optional<Commitment> to_commitment(std::string_view word)
{
    for (const auto& [name, commitment] : kCommitments)
        if (name == word)
            return commitment;
    return {};
}

const char* to_string(Commitment commitment)
{
    return kCommitments[size_t(commitment)].first.data();
}

News::Mark mark_of(const link::MessageKey& key)
{
    News::Mark mark;
    std::copy_n(key.begin(), mark.size(), mark.begin());
    return mark;
}

Bytes encode(const Sending& sending)
{
    Bytes out(1 + sending.raw.size(),
              uint8_t(uint8_t(sending.skip_preflight) | uint8_t(sending.preflight) << 1));
    std::ranges::copy(sending.raw, out.begin() + 1);
    return out;
}

std::optional<Sending> decode_sending(std::span<const uint8_t> bytes)
{
    if (bytes.empty() || bytes[0] >> 1 > uint8_t(Commitment::kFinalized))
        return {};
    return Sending{bool(bytes[0] & 1), Commitment(bytes[0] >> 1),
                   Bytes(bytes.begin() + 1, bytes.end())};
}

Bytes encode(const News& news)
{
    Bytes out(1 + news.mark.size(), uint8_t(news.what));
    std::ranges::copy(news.mark, out.begin() + 1);
    if (news.what == News::What::kRefused)
        out.insert(out.end(), news.error.begin(), news.error.end());
    if (news.what != News::What::kStatus)
        return out;
    for (int shift = 56; shift >= 0; shift -= 8)
        out.push_back(uint8_t(news.status.slot >> shift));
    out.push_back(uint8_t(news.status.commitment));
    out.push_back(news.status.confirmations);
    out.insert(out.end(), news.status.error.begin(), news.status.error.end());
    return out;
}

std::optional<News> decode_news(std::span<const uint8_t> bytes)
{
    News news;
    if (bytes.size() < 1 + news.mark.size() || bytes[0] > uint8_t(News::What::kExpired))
        return {};
    news.what = News::What(bytes[0]);
    std::copy_n(bytes.begin() + 1, news.mark.size(), news.mark.begin());
    bytes = bytes.subspan(1 + news.mark.size());
    if (news.what == News::What::kRefused) {
        news.error = text_of(bytes);
        return news;
    }
    if (news.what != News::What::kStatus)
        return bytes.empty() ? std::optional(news) : std::nullopt;
    constexpr size_t kFixed = 10;
    if (bytes.size() < kFixed || bytes[8] > uint8_t(Commitment::kFinalized))
        return {};
    for (const uint8_t byte : bytes.first(8))
        news.status.slot = news.status.slot << 8 | byte;
    news.status.commitment = Commitment(bytes[8]);
    news.status.confirmations = bytes[9];
    news.status.error = text_of(bytes.subspan(kFixed));
    return news;
}

} // namespace depinsat::bridge::solana
