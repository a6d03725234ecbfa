//! The readers, on what files really look like.

use std::io::{self, Read};

use domain::contact::AttributeValue;
use domain::device::{Channel, Platform};

use super::*;

fn open<T: FromRow>(text: impl Into<Vec<u8>>) -> Result<Rows<T>, ImportError> {
    Rows::open(
        Box::new(io::Cursor::new(text.into())),
        RowOptions::default(),
    )
}

fn read<T: FromRow>(mut rows: Rows<T>) -> (Vec<T>, Vec<Reject>) {
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    while let Some(row) = rows.next().expect("readable") {
        match row {
            Ok(row) => good.push(row),
            Err(reject) => bad.push(reject),
        }
    }
    (good, bad)
}

fn contacts(text: impl Into<Vec<u8>>) -> (Vec<ContactRow>, Vec<Reject>) {
    read(open(text).expect("opened"))
}

fn devices(text: impl Into<Vec<u8>>) -> (Vec<DeviceRow>, Vec<Reject>) {
    read(open(text).expect("opened"))
}

#[test]
fn a_file_says_which_addresses_are_installation_ids() {
    let text = "external_id,device_id,app,channel,token,address_kind\n\
                1,a,shop,fcm,dOXfS4kXRk,fid\n\
                1,b,shop,fcm,dOXfS4kXRk:APA91b,token\n\
                1,c,shop,fcm,dOXfS4kXRk,\n\
                1,d,shop,apns,aabb,fid\n\
                1,e,shop,fcm,a:b,fid\n\
                1,f,shop,fcm,dOXfS4kXRk,phone\n\
                1,g,shop,fcm,fid:dOXfS4kXRk,\n";
    let (rows, rejects) = devices(text);
    let kept: Vec<_> = rows.iter().map(|row| row.input.canonical_token()).collect();
    assert_eq!(kept, ["fid:dOXfS4kXRk", "dOXfS4kXRk:APA91b", "dOXfS4kXRk"]);
    let reasons: Vec<_> = rejects
        .iter()
        .map(|reject| (reject.line, &reject.reason))
        .collect();
    for ((line, reason), (wanted, word)) in reasons.iter().zip([
        (5, "address_kind"),
        (6, "installation id"),
        (7, "neither token nor fid"),
        // The same as the first.
        (8, "token"),
    ]) {
        assert!(*line == wanted && reason.contains(word), "{line}: {reason}");
    }
    assert_eq!(reasons.len(), 4);
}

#[test]
fn a_byte_order_mark_crlf_and_quoted_newlines_are_read_as_meant() {
    let text = "\u{feff}external_id,first_name,note\r\n1,Ada,\"two\r\nlines, and \"\"quotes\"\"\"\r\n2,Bob,\r\n";
    let (rows, rejects) = contacts(text);
    assert_eq!(rejects, []);
    assert_eq!(rows[0].external_id, "1");
    assert_eq!(
        rows[0].input.attributes["note"],
        Some(AttributeValue::Text("two\r\nlines, and \"quotes\"".into()))
    );
    assert_eq!(rows[1].input.first_name.as_deref(), Some("Bob"));
    assert!(rows[1].input.attributes.is_empty());
}

#[test]
fn a_reject_names_its_own_line_whatever_ends_the_lines() {
    for end in ["\n", "\r\n"] {
        let lines = [
            "external_id,first_name",
            "1,Ada",
            "2,\"two",
            "lines\"",
            ",Bob",
            "",
        ];
        let (_, rejects) = contacts(lines.join(end));
        let lines: Vec<_> = rejects.iter().map(|reject| reject.line).collect();
        assert_eq!(lines, [5], "{end:?}");
    }
}

#[test]
fn a_reject_names_its_own_line_though_the_lines_end_in_different_ways() {
    for text in [
        "external_id,n\r\n1,a\n,b\r\n",
        "external_id,n\n1,a\r\n,b\n",
        "external_id,n\r1,a\r,b\r",
        "external_id,n\r\n\n,b\n",
        "external_id,n\n\r\n,b",
        "\u{feff}external_id,n\r\n\"1\n\",a\r\n,b",
    ] {
        let (_, rejects) = contacts(text);
        let line = rejects.last().map(|reject| reject.line);
        let expected = if text.contains('"') { 4 } else { 3 };
        assert_eq!(line, Some(expected), "{text:?}");
    }
}

#[test]
fn columns_beyond_the_known_ones_are_typed_attributes() {
    let text = "external_id;plan;age;score;vip;zip\n7;gold;41;2.5;true;01234\n";
    let (rows, rejects) = contacts(text);
    assert_eq!(rejects, []);
    let attributes = &rows[0].input.attributes;
    assert_eq!(
        attributes["plan"],
        Some(AttributeValue::Text("gold".into()))
    );
    assert_eq!(attributes["age"], Some(AttributeValue::Int(41)));
    assert_eq!(attributes["score"], Some(AttributeValue::Float(2.5)));
    assert_eq!(attributes["vip"], Some(AttributeValue::Bool(true)));
    assert_eq!(
        attributes["zip"],
        Some(AttributeValue::Text("01234".into()))
    );
}

#[test]
fn a_missing_column_is_named_with_what_is_there() {
    let error = open::<ContactRow>("id,name\n1,Ada\n")
        .err()
        .expect("an error");
    let message = error.to_string();
    assert!(
        message.contains("external_id") && message.contains("id, name"),
        "{message}"
    );
    let error = open::<DeviceRow>("external_id,app,device_id,channel\n")
        .err()
        .expect("an error");
    assert!(
        matches!(
            error,
            ImportError::MissingColumn {
                column: "token",
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn headers_that_cannot_be_meant_are_refused() {
    for (text, expected) in [
        ("", "empty"),
        (" \n\n", "empty"),
        ("external_id,plan,Plan\n", "two columns"),
        ("external_id,,plan\n", "column 2 has no name"),
        ("\u{feff}", "empty"),
    ] {
        let message = open::<ContactRow>(text).err().expect(text).to_string();
        assert!(message.contains(expected), "{text:?}: {message}");
    }
    let utf16 = open::<ContactRow>([0xff, 0xfe, b'e', 0])
        .err()
        .expect("an error");
    assert!(matches!(utf16, ImportError::Utf16));
    // What a spreadsheet leaves behind is not a column.
    assert_eq!(contacts("external_id,plan,,\n1,gold,,\n").0.len(), 1);
}

#[test]
fn a_wrong_row_is_rejected_with_its_line_and_the_rest_is_taken() {
    let text = "external_id,email,opted_in\n\
                1,\"a\n@b\",true\n\
                2,nobody,true\n\
                3,c@example.com,perhaps\n\
                ,d@example.com,true\n\
                5,e@example.com\n\
                6,f@example.com,no\n";
    let (rows, rejects) = contacts(text);
    let ids: Vec<_> = rows.iter().map(|row| row.external_id.as_str()).collect();
    assert_eq!(ids, ["1", "6"]);
    let lines: Vec<_> = rejects.iter().map(|reject| reject.line).collect();
    assert_eq!(lines, [4, 5, 6, 7]);
    assert!(rejects[0].reason.contains("email"), "{:?}", rejects[0]);
    assert!(rejects[1].reason.contains("perhaps"), "{:?}", rejects[1]);
    assert!(
        rejects[2].reason.contains("external_id"),
        "{:?}",
        rejects[2]
    );
    assert!(rejects[3].reason.contains("2 cells"), "{:?}", rejects[3]);
    assert_eq!(rejects[1].row, "3,c@example.com,perhaps");
}

#[test]
fn a_key_that_came_before_is_rejected_and_its_first_line_named() {
    let (rows, rejects) = contacts("external_id\n1\n2\n1\n");
    assert_eq!((rows.len(), rejects.len()), (2, 1));
    assert!(rejects[0].reason.contains("line 2"), "{:?}", rejects[0]);

    let text = "external_id,app,device_id,channel,token\n\
                1,shop,d1,fcm,one\n\
                2,shop,d2,fcm,one\n\
                2,shop,d1,fcm,two\n\
                2,mail,d2,fcm,one\n";
    let (rows, rejects) = devices(text);
    assert_eq!(rows.len(), 2);
    assert!(
        rejects[0].reason.contains("same token is on line 2"),
        "{:?}",
        rejects[0]
    );
    assert!(
        rejects[1].reason.contains("same device is on line 2"),
        "{:?}",
        rejects[1]
    );
}

#[test]
fn bytes_that_are_not_utf8_reject_their_row_alone() {
    let (rows, rejects) = contacts(b"external_id,first_name\n1,Ren\xe9\n2,Ren\xc3\xa9\n".to_vec());
    assert_eq!(rows[0].input.first_name.as_deref(), Some("René"));
    assert_eq!(
        (rejects[0].line, rejects[0].reason.as_str()),
        (2, "is not UTF-8 text")
    );
}

#[test]
fn json_lines_are_recognized_and_typed_by_their_own_types() {
    let text = "\n{\"external_id\": 17, \"first_name\": \"Ada\", \"opted_in\": true, \"plan\": \"gold\", \
                \"attributes\": {\"age\": 41, \"old\": null}}\r\n\
                {\"external_id\": \"18\", \"tags\": [1]}\n\
                {\"external_id\": \n\
                [1]\n";
    let (rows, rejects) = contacts(text);
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].external_id, "17");
    assert_eq!(rows[0].input.opted_in, Some(true));
    assert_eq!(
        rows[0].input.attributes["plan"],
        Some(AttributeValue::Text("gold".into()))
    );
    assert_eq!(
        rows[0].input.attributes["age"],
        Some(AttributeValue::Int(41))
    );
    assert_eq!(rows[0].input.attributes["old"], None);
    let lines: Vec<_> = rejects.iter().map(|reject| reject.line).collect();
    assert_eq!(lines, [3, 4, 5]);
    assert!(rejects[0].reason.contains("tags"), "{:?}", rejects[0]);
}

#[test]
fn devices_are_read_from_our_columns() {
    let text = "external_id,app,device_id,channel,token,platform,os_permission,opted_in,app_version,os_version,model,locale,time_zone,label,whatever\n\
                1,shop,d1,apns,00ff,ios,granted,true,1.2,19,Phone,en-GB,Europe/Berlin,kiosk,x\n\
                1,shop,d2,apns,xyz,,,,,,,,,,\n\
                1,shop,d3,pigeon,00,,,,,,,,,,\n\
                1,shop,d4,fcm,t,,,,,,,,Europe/Atlantis,,\n";
    let (rows, rejects) = devices(text);
    assert_eq!(rows.len(), 1);
    let input = &rows[0].input;
    assert_eq!(
        (input.channel, input.platform),
        (Channel::Apns, Some(Platform::Ios))
    );
    assert_eq!(
        (input.opted_in, input.label.as_deref()),
        (Some(true), Some("kiosk"))
    );
    for (reject, expected) in rejects.iter().zip(["token", "pigeon", "Atlantis"]) {
        assert!(reject.reason.contains(expected), "{reject:?}");
    }
}

#[test]
fn recurlys_export_is_read_as_it_comes() {
    let text = "Id,ChannelType,Address,User.UserId\n\
                e-1,APNS,00FFaa,u-1\n\
                e-2,GCM,abc:def,u-2\n\
                e-3,ADM,amzn1,u-3\n\
                e-4,BAIDU,9,u-4\n";
    let error = open::<DeviceRow>(text).err().expect("no app is known");
    assert!(matches!(error, ImportError::NoApp(_)));
    let options = RowOptions {
        app: Some("shop".into()),
        ..RowOptions::default()
    };
    let rows = Rows::open(Box::new(io::Cursor::new(text)), options).expect("opened");
    let (rows, rejects): (Vec<DeviceRow>, _) = read(rows);
    assert_eq!(rows[0].external_id, "u-1");
    assert_eq!(rows[0].device_id, "e-1");
    assert_eq!(rows[0].input.token, "00FFaa");
    assert_eq!(rows[0].input.app, "shop");
    assert_eq!(rows[1].input.channel, Channel::Fcm);
    assert_eq!(rows[2].input.channel, Channel::Adm);
    assert!(rejects[0].reason.contains("BAIDU"), "{:?}", rejects[0]);
}

#[test]
fn a_missing_column_is_named_as_recurly_calls_it_too() {
    let error = open::<DeviceRow>("Id,ChannelType,Address\n")
        .err()
        .expect("an error");
    let message = error.to_string();
    assert!(
        message.contains("external_id") && message.contains("User.UserId"),
        "{message}"
    );
}

#[test]
fn an_earlier_rejects_file_goes_and_any_other_file_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    for (text, goes) in [("line,reason,row\n2,x,y\n", true), ("my notes\n", false)] {
        let path = folder.path().join("rejects.csv");
        std::fs::write(&path, text).expect("written");
        let mut file = RejectsFile::at(&path);
        assert!(!file.finish().expect("nothing to write"));
        file.remove_earlier().expect("looked at");
        assert_eq!(path.exists(), !goes, "{text}");
    }
}

#[test]
fn an_unclosed_quotation_mark_ends_the_reading_within_bounded_memory() {
    let start: &[u8] = b"external_id,note\n1,fine\n2,\"open\n";
    let endless = io::Cursor::new(start).chain(io::repeat(b'x'));
    let mut rows: Rows<ContactRow> =
        Rows::open(Box::new(endless), RowOptions::default()).expect("opened");
    assert!(matches!(rows.next(), Ok(Some(Ok(_)))));
    assert!(matches!(
        rows.next(),
        Err(ImportError::RecordTooLarge { line: 3 })
    ));
}

#[test]
fn a_source_that_gives_one_byte_at_a_time_is_read_the_same() {
    struct Drip(io::Cursor<Vec<u8>>);
    impl Read for Drip {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let one = buffer.len().min(1);
            self.0.read(&mut buffer[..one])
        }
    }
    let text = "\u{feff}external_id,first_name\n1,Ada\n2,Bob\n";
    let drip = Drip(io::Cursor::new(text.as_bytes().to_vec()));
    let rows = Rows::open(Box::new(drip), RowOptions::default()).expect("opened");
    let (rows, rejects): (Vec<ContactRow>, _) = read(rows);
    assert_eq!((rows.len(), rejects.len()), (2, 0));
}

#[test]
fn the_rejects_file_is_made_only_when_there_is_a_reject() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut file = RejectsFile::at(folder.path().join("rejects.csv"));
    assert!(!file.finish().expect("nothing to write"));
    assert!(!file.path().exists());
    let (_, rejects) = contacts("external_id,opted_in\n\"a,b\",perhaps\n");
    file.add(&rejects[0]).expect("written");
    assert!(file.finish().expect("written"));
    let text = std::fs::read_to_string(file.path()).expect("readable");
    assert_eq!(
        text,
        "line,reason,row\n2,opted_in “perhaps” is neither true nor false,\"\"\"a,b\"\",perhaps\"\n"
    );
}
