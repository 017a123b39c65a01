/** How an input differs between what exists and this commit; a side that lacks it is undefined. */
export interface InputChange {
  type: string;
  name: string;
  before?: string;
  after?: string;
}
