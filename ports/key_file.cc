#include "ports/key_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace depinsat::ports {
namespace {

/// An open file; closed on every way out.
class Descriptor
{
public:
    Descriptor(const std::filesystem::path& file, int flags, mode_t mode = 0)
        : fd_(::open(file.c_str(), flags | O_CLOEXEC, mode))
    {
        if (fd_ < 0)
            fail_key_file(file, std::strerror(errno));
    }
    ~Descriptor() { ::close(fd_); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return fd_; }

private:
    int fd_;
};

} // namespace

void create_key_file(const std::filesystem::path& file, std::string_view text)
{
    const Descriptor out(file, O_WRONLY | O_CREAT | O_EXCL, 0600);
    if (::write(out.get(), text.data(), text.size()) != ssize_t(text.size()) ||
        ::fsync(out.get()) != 0)
        fail_key_file(file, std::strerror(errno));
}

std::string read_key_file(const std::filesystem::path& file)
{
    const Descriptor in(file, O_RDONLY | O_NONBLOCK);
    struct stat status {
    };
    if (::fstat(in.get(), &status) != 0)
        fail_key_file(file, std::strerror(errno));
    if (!S_ISREG(status.st_mode))
        fail_key_file(file, "is no regular file");
    if (status.st_uid != ::geteuid() && ::geteuid() != 0)
        fail_key_file(file, "belongs to another user");
    if ((status.st_mode & 0077) != 0)
        fail_key_file(file, "is open to other users; its mode must be 0600 (chmod 600)");
    std::string text(kMaxKeyFileBytes, '\0');
    const ssize_t size = ::read(in.get(), text.data(), text.size());
    if (size < 0)
        fail_key_file(file, std::strerror(errno));
    text.resize(size_t(size));
    if (text.ends_with('\n'))
        text.pop_back();
    return text;
}

KeyFileLock::KeyFileLock(const std::filesystem::path& file)
    : fd_(::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC))
{
    if (fd_ < 0)
        fail_key_file(file, std::strerror(errno));
    if (::flock(fd_, LOCK_EX | LOCK_NB) == 0)
        return;
    const std::string why =
        errno == EWOULDBLOCK ? "in use by another depinsatd; each station has a key of its own"
                             : std::strerror(errno);
    ::close(fd_);
    fail_key_file(file, why);
}

KeyFileLock::~KeyFileLock()
{
    if (fd_ >= 0)
        ::close(fd_);
}

KeyFileLock::KeyFileLock(KeyFileLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

KeyFileLock& KeyFileLock::operator=(KeyFileLock&& other) noexcept
{
    std::swap(fd_, other.fd_);
    return *this;
}

bool KeyFileLock::is_of(const std::filesystem::path& file) const
{
    struct stat own {
    }, other{};
    return ::fstat(fd_, &own) == 0 && ::stat(file.c_str(), &other) == 0 &&
           own.st_dev == other.st_dev && own.st_ino == other.st_ino;
}

void fail_key_file(const std::filesystem::path& file, const std::string& what)
{
    throw std::runtime_error("key file " + file.string() + ": " + what);
}

} // namespace depinsat::ports
