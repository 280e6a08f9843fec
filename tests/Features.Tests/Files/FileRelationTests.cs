using Chatalot.Features.Files;

namespace Chatalot.Features.Tests.Files;

public sealed class FileRelationTests
{
    /// <summary>
    /// Whether: uploader, operator, member; the file has a channel, is quarantined, reported. Then: read, preview,
    /// look, delete.
    /// </summary>
    [Theory]
    [InlineData(false, false, true, true, false, false, 200, 200, 200, 403)]
    [InlineData(true, false, true, true, false, false, 200, 200, 200, 200)]
    [InlineData(true, false, false, true, false, false, 403, 403, 403, 200)]
    [InlineData(false, true, false, true, false, false, 403, 200, 403, 200)]
    [InlineData(false, false, false, true, false, false, 404, 404, 404, 404)]
    [InlineData(true, false, false, false, false, false, 200, 200, 200, 200)]
    [InlineData(false, true, false, false, false, false, 200, 200, 200, 200)]
    [InlineData(false, false, false, false, false, false, 404, 404, 404, 404)]
    [InlineData(true, false, true, true, true, false, 403, 403, 403, 403)]
    [InlineData(false, false, true, true, true, false, 403, 403, 403, 403)]
    [InlineData(false, true, false, true, true, false, 200, 200, 200, 200)]
    [InlineData(false, false, false, true, true, false, 404, 404, 404, 404)]
    [InlineData(false, true, false, true, false, true, 200, 200, 200, 200)]
    [InlineData(false, false, true, true, false, true, 200, 200, 200, 403)]
    [InlineData(true, false, false, true, false, true, 403, 403, 403, 200)]
    [InlineData(false, false, false, true, false, true, 404, 404, 404, 404)]
    public void The_access_matrix_holds(
        bool isUploader,
        bool isOperator,
        bool isMember,
        bool hasChannel,
        bool isQuarantined,
        bool isReported,
        int read,
        int preview,
        int look,
        int delete
    )
    {
        var file = new StoredFile
        {
            Id = Guid.NewGuid(),
            UploaderId = null,
            ChannelId = hasChannel ? Guid.NewGuid() : null,
            Name = "",
            SizeBytes = 0,
            ContentType = null,
            Checksum = "",
            StoredChecksum = "",
            StoragePath = "",
            Thumbnail = Thumbnail.None,
            QuarantinedAt = isQuarantined ? DateTimeOffset.UnixEpoch : null,
            QuarantinedBy = null,
            CreatedAt = DateTimeOffset.UnixEpoch,
            MessageId = null,
        };
        var relation = new FileRelation(isUploader, isOperator, isMember, isReported);

        StatusOf(FileUse.Read).ShouldBe(read);
        StatusOf(FileUse.Preview).ShouldBe(preview);
        StatusOf(FileUse.Look).ShouldBe(look);
        StatusOf(FileUse.Delete).ShouldBe(delete);

        int StatusOf(FileUse use) => relation.RefusalTo(use, file)?.Status ?? 200;
    }

    [Theory]
    [InlineData("plan.pdf", "attachment; filename=\"plan.pdf\"")]
    [InlineData("", "attachment; filename=\"unnamed\"")]
    [InlineData("a\"b", "attachment; filename=\"a'b\"")]
    [InlineData("a\r\nSet-Cookie: x", "attachment; filename=\"a__Set-Cookie: x\"")]
    [InlineData("a\0\u001B\u0085b", "attachment; filename=\"ab\"")]
    [InlineData("gpj\u202Eexe", "attachment; filename=\"gpjexe\"")]
    [InlineData("..\\x", "attachment; filename=\".._x\"; filename*=UTF-8''..%5Cx")]
    [InlineData("夏.txt", "attachment; filename=\"_.txt\"; filename*=UTF-8''%E5%A4%8F.txt")]
    [InlineData("\U0001F6A2", "attachment; filename=\"_\"; filename*=UTF-8''%F0%9F%9A%A2")]
    public void Every_name_makes_a_valid_header(string name, string header) =>
        FileDisposition.Attachment(name).ShouldBe(header);
}
