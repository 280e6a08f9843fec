using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Chatalot.Shared.Media;

/// <summary>
/// Whether all of a file is text, valid UTF-8 without a zero byte, told as it passes by in pieces of any size. Costs
/// nothing more once it is not.
/// </summary>
public sealed class TextScan
{
    private const int LongestCharacter = 4;

    private readonly byte[] cut = new byte[LongestCharacter];
    private int cutLength;
    private bool isBroken;

    /// <summary>Everything so far is text, and no character is cut at its end.</summary>
    public bool IsText => !isBroken && cutLength == 0;

    /// <summary>Looks at the next piece.</summary>
    public void Append(ReadOnlySpan<byte> piece)
    {
        while (cutLength > 0 && !isBroken && !piece.IsEmpty)
        {
            cut[cutLength++] = piece[0];
            piece = piece[1..];
            EndCharacter();
        }
        if (isBroken || piece.IsEmpty)
            return;
        var whole = piece[..^CutAtEnd(piece)];
        isBroken = whole.Contains((byte)0) || !Utf8.IsValid(whole);
        piece[whole.Length..].CopyTo(cut);
        cutLength = piece.Length - whole.Length;
    }

    private void EndCharacter()
    {
        switch (Rune.DecodeFromUtf8(cut.AsSpan(0, cutLength), out _, out _))
        {
            case OperationStatus.Done:
                cutLength = 0;
                break;
            case OperationStatus.InvalidData:
                isBroken = true;
                break;
        }
    }

    /// <summary>How many bytes at the end begin a character that goes on in the next piece.</summary>
    private static int CutAtEnd(ReadOnlySpan<byte> piece)
    {
        for (var length = 1; length < LongestCharacter && length <= piece.Length; length++)
        {
            var isContinued = (piece[^length] & 0xC0) == 0x80;
            if (isContinued)
                continue;
            return Rune.DecodeFromUtf8(piece[^length..], out _, out _) is OperationStatus.NeedMoreData ? length : 0;
        }
        return 0;
    }
}
