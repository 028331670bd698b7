//! What every org begins with: the objects that Okta made, which can be changed and neither made nor deleted.

use serde_json::{Value as Json, json};

use super::objects::{Object, object};

/// The policy types that begin with a policy of Okta's, the type of their rules, and the name of its last rule.
pub(super) const DEFAULTS: [(&str, &str, &str, &str); 6] = [
    ("OKTA_SIGN_ON", "SIGN_ON", "Default Policy", "Default Rule"),
    ("PASSWORD", "PASSWORD", "Default Policy", "Default Rule"),
    ("MFA_ENROLL", "MFA_ENROLL", "Default Policy", "Default Rule"),
    (
        "ACCESS_POLICY",
        "ACCESS_POLICY",
        "Default Policy",
        "Catch-all Rule",
    ),
    (
        "PROFILE_ENROLLMENT",
        "PROFILE_ENROLLMENT",
        "Default Policy",
        "Catch-all Rule",
    ),
    (
        "IDP_DISCOVERY",
        "IDP_DISCOVERY",
        "Idp Discovery Policy",
        "Default Rule",
    ),
];

/// The policy types that every org here has.
pub(super) const TYPES: [&str; 12] = [
    "ACCESS_POLICY",
    "CLIENT_UPDATE",
    "DEVICE_SIGNAL_COLLECTION",
    "ENTITY_RISK",
    "IDENTITY_CLAIM_SOURCING",
    "IDP_DISCOVERY",
    "MFA_ENROLL",
    "OKTA_SIGN_ON",
    "PASSWORD",
    "POST_AUTH_SESSION",
    "PROFILE_ENROLLMENT",
    "SESSION_VIOLATION_DETECTION",
];

/// The type of the rules of a policy type.
pub(super) fn rule_type(policy_type: &str) -> &str {
    if policy_type == "OKTA_SIGN_ON" {
        "SIGN_ON"
    } else {
        policy_type
    }
}

/// The members of the org's settings that may be written.
pub(super) const SETTINGS: [&str; 11] = [
    "address1",
    "address2",
    "city",
    "companyName",
    "country",
    "endUserSupportHelpURL",
    "phoneNumber",
    "postalCode",
    "state",
    "supportPhoneNumber",
    "website",
];

/// The three zones of every org.
pub(super) fn zones() -> [Object; 3] {
    [
        json!({"type": "IP", "name": "LegacyIpZone", "usage": "POLICY", "gateways": null, "proxies": null}),
        json!({"type": "IP", "name": "BlockedIpZone", "usage": "BLOCKLIST", "gateways": null, "proxies": null}),
        json!({"type": "DYNAMIC_V2", "name": "DefaultEnhancedDynamicZone", "usage": "BLOCKLIST",
            "locations": {"include": [], "exclude": []}, "asns": {"include": [], "exclude": []},
            "ipServiceCategories": {"include": ["ALL_ANONYMIZERS"], "exclude": []}}),
    ]
    .map(object)
}

/// The group of all users.
pub(super) fn everyone() -> Object {
    object(json!({
        "type": "BUILT_IN", "objectClass": ["okta:user_group"],
        "profile": {"name": "Everyone", "description": "All users in your organization"},
    }))
}

/// What a policy of a type has where a write says nothing.
pub(super) fn policy_defaults(policy_type: &str) -> Object {
    let mut all = object(json!({"description": null, "conditions": null}));
    let more = match policy_type {
        "PASSWORD" => json!({
            "conditions": {"authProvider": {"provider": "OKTA"}},
            "settings": {
                "password": {
                    "complexity": {"minLength": 8, "minLowerCase": 1, "minUpperCase": 1, "minNumber": 1, "minSymbol": 0,
                        "excludeUsername": true, "dictionary": {"common": {"exclude": false}}, "excludeAttributes": []},
                    "age": {"maxAgeDays": 0, "expireWarnDays": 0, "minAgeMinutes": 0, "historyCount": 4},
                    "lockout": {"maxAttempts": 10, "autoUnlockMinutes": 0, "userLockoutNotificationChannels": [],
                        "showLockoutFailures": false},
                },
                "recovery": {"factors": {
                    "recovery_question": {"status": "ACTIVE", "properties": {"complexity": {"minLength": 4}}},
                    "okta_email": {"status": "ACTIVE", "properties": {"recoveryToken": {"tokenLifetimeMinutes": 10080}}},
                    "okta_sms": {"status": "INACTIVE"}, "okta_call": {"status": "INACTIVE"},
                }},
                "delegation": {"options": {"skipUnlock": false}},
            },
        }),
        "MFA_ENROLL" => json!({"settings": {"type": "AUTHENTICATORS", "authenticators": [
            {"key": "okta_password", "enroll": {"self": "REQUIRED"}},
        ]}}),
        _ => Json::Null,
    };
    all.extend(object(more));
    all
}

/// What a rule of a policy type has where a write says nothing.
pub(super) fn rule_defaults(policy_type: &str) -> Object {
    let anywhere =
        json!({"people": {"users": {"exclude": []}}, "network": {"connection": "ANYWHERE"}});
    object(match policy_type {
        "OKTA_SIGN_ON" => json!({"conditions": anywhere, "actions": {"signon": {
            "access": "ALLOW", "requireFactor": false, "factorPromptMode": "ALWAYS", "factorLifetime": 15,
            "primaryFactor": "PASSWORD_IDP_ANY_FACTOR",
            "session": {"maxSessionIdleMinutes": 120, "maxSessionLifetimeMinutes": 0, "usePersistentCookie": false},
        }}}),
        "PASSWORD" => json!({"conditions": anywhere, "actions": {
            "passwordChange": {"access": "ALLOW"}, "selfServicePasswordReset": {"access": "ALLOW"},
            "selfServiceUnlock": {"access": "DENY"},
        }}),
        "MFA_ENROLL" => {
            json!({"conditions": anywhere, "actions": {"enroll": {"self": "CHALLENGE"}}})
        }
        "ACCESS_POLICY" => {
            json!({"conditions": null, "actions": {"appSignOn": {"access": "ALLOW", "verificationMethod": {
                "factorMode": "1FA", "type": "ASSURANCE", "reauthenticateIn": "PT12H", "constraints": [],
            }}}})
        }
        _ => json!({"conditions": null, "actions": {}}),
    })
}
