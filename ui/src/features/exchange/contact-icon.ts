import type { IconName } from "../../shared/icons";
import type { ContactWords } from "../../texts/exchange";

export const contactIcon: Record<ContactWords["tone"], IconName> = {
  online: "cloud",
  offline: "cloudOff",
  busy: "sync",
  attention: "key",
  unknown: "cloud",
};
